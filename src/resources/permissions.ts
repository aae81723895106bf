/** The permissions required by fields and types beyond the registry's resources, in one list. */
import type { GraphQLSchema } from 'graphql';
import { PermissionTable } from '../auth/grants';
import { isReachable } from '../db/statements/table';
import { fieldPermissions, fieldsOfMasters, type FieldPermissions, type PermissionEntries } from '../graph/permissions';
import { permissionType, type Resource } from '../graph/resource';

/** Resource types outside the registry: the audit log, and the configuration as a whole. */
const FURTHER_TYPES = ['audit', 'promotion'] as const;

/** The audit log holds images of rows of every type: a key that may not read a type must not read them there either. */
const AUDIT = 'every type';

/** Parts of rows and results: readable by anyone who may read the whole. */
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

/** Types without an entry follow their content: `AgentConnection` is about agents. */
const ENTRIES: PermissionEntries = {
  // Every key may see its own account and itself.
  Account: [],
  Viewer: [],
  ViewerKey: [],
  // Every key may query its own permissions.
  OperationAccess: [],
  FieldAccess: [],
  LeastGrant: [],
  // Search only rows of types that the key may read.
  'Query.node': [],
  'Query._entities': [],
  // The schema, as by introspection.
  _Service: [],
  StoredSecret: 'every type',
  'Account.counts': 'every type',
  // Any key may delegate: the new key's rights are a subset of its creator's.
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

/** The types that restricted keys reach; the others concern the whole account. */
export const restrictableTypes = (resources: readonly Resource[]): readonly string[] =>
  resources.filter(({ entity }) => isReachable(entity)).map(({ names }) => names.plural);

/**
 * What types and fields are about. Resources with inputs of their own are promoted, so bundles concern all of them, and
 * promotion too; sections whose rows require the permissions of others are left to promotion, which omits them for keys
 * without these.
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

interface SchemaPermissions {
  readonly permissionTable: PermissionTable;
  readonly permissions: FieldPermissions;
  /** Paths of the fields that only master keys may use. */
  readonly masterFields: ReadonlySet<string>;
}

/**
 * What every field of the schema requires of a key.
 * @throws SchemaReviewError as `fieldPermissions` does.
 */
export function permissionsOf(schema: GraphQLSchema, resources: readonly Resource[]): SchemaPermissions {
  const permissionTable = new PermissionTable(permissionTypes(resources), restrictableTypes(resources));
  const permissions = fieldPermissions(schema, permissionTable, permissionEntries(resources));
  return { permissionTable, permissions, masterFields: fieldsOfMasters(schema) };
}
