/** The one list of what fields and types beyond the registry's resources ask of a key. */
import { isReachable } from '../db/statements/table';
import type { PermissionEntries } from '../graph/permissions';
import { permissionType, type Resource } from '../graph/resource';

/** Resource types that are no resource of the registry: the audit log, and the configuration as a whole. */
const FURTHER_TYPES = ['audit', 'promotion'] as const;

/** The audit log holds images of rows of every type: who may not read a type may not read them there either. */
const AUDIT = 'every type';

/** Parts of rows and of answers: who may read what they are a part of may read them. */
const PARTS = [
  'AccessPlanChange',
  'AgentModel',
  'AuditChange',
  'ConfigurationCount',
  'ExpiredRows',
  'ImportChange',
  'ImportFieldChange',
  'ImportProblem',
  'ImportSummary',
  'McpAuthentication',
  'McpHeader',
  'PageInfo',
  'SecretPlaceholder',
  'SimulatedOperation',
  'SimulatedRefusal',
  'WebhookSigning',
] as const;

/** Types without an entry are about what they hold: `AgentConnection` about agents. */
const ENTRIES: PermissionEntries = {
  // Every key may see its own account and itself.
  Account: [],
  Viewer: [],
  ViewerKey: [],
  // Every key may ask what it may do itself.
  OperationAccess: [],
  FieldAccess: [],
  LeastGrant: [],
  // Looks only for rows of types that the key may read.
  'Query.node': [],
  StoredSecret: 'every type',
  'Account.counts': 'every type',
  // Any key may delegate: what the new key may do is a part of what its maker may.
  'Mutation.delegateApiKey': [],
  'NewApiKey.apiKey': [],
  AccessReview: ['apiKeys'],
  AccessDecision: ['apiKeys'],
  AccessSimulation: ['apiKeys'],
  AccessPlan: ['apiKeys'],
  KeyUsageCount: ['apiKeys'],
  RunTransition: ['runs'],
  UnownedResource: 'every type',
  AuditEvent: AUDIT,
  AuditSnapshot: AUDIT,
  AuditExport: AUDIT,
  AuditDenial: ['audit'],
  AuditVerification: ['audit'],
  AuditCheckpoint: ['audit'],
  HistoryErasure: ['audit'],
  AccountAccess: ['audit'],
  WebhookDelivery: ['webhooks'],
  RetentionRule: ['audit'],
};

const PROMOTION_TYPES = ['ConfigurationBundle', 'ImportPlan', 'ImportResult'] as const;

/** The resource types of the permission table, in its order: `agents`, `tools`, … */
export const permissionTypes = (resources: readonly Resource[]): readonly string[] => [
  ...new Set(resources.map(permissionType)),
  ...FURTHER_TYPES,
];

/** The types that keys which are restricted to rows reach; the others are about the whole account. */
export const restrictableTypes = (resources: readonly Resource[]): readonly string[] =>
  resources.filter(({ entity }) => isReachable(entity)).map(({ names }) => names.plural);

/**
 * What types and fields are about. What is written by inputs of its own is promoted, so bundles are about all of it, and
 * are promotion besides; sections of rows that ask for the permissions of others are left to promotion, which leaves
 * them out for keys without these.
 */
export function permissionEntries(resources: readonly Resource[]): PermissionEntries {
  const promoted = resources
    .filter(({ mutations, permittedBy }) => mutations !== undefined && permittedBy === undefined)
    .map(({ names }) => names.plural);
  return {
    ...ENTRIES,
    ...Object.fromEntries(PARTS.map((type) => [type, []])),
    ...Object.fromEntries(PROMOTION_TYPES.map((type) => [type, [...promoted, 'promotion']])),
    ...Object.fromEntries(resources.map((resource) => [resource.names.type, [permissionType(resource)]])),
  };
}
