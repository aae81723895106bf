/** The one place that decides access: what the directives mean for this gateway's callers. */
import { covers, missing, NO_GRANTS, union, type PermissionTable } from '../auth/grants';
import { MASTER_PERMISSION, type Requirement } from '../db/decisions';
import type { Scope } from '../db/scope';
import { REACHED } from '../db/statements/row';
import { badInput, GatewayError, notFound } from '../errors';
import { Action } from './directives/definitions';
import type { DirectivePolicy } from './directives/policy';
import { contextOfEvent } from './create-context';
import { lacksPermissions } from './permissions';
import { requireCaller, resolveScope, allAccountsScope, type RequestContext, type Services } from './request-context';

const forbidden = (fieldPath: string): GatewayError =>
  new GatewayError('FORBIDDEN', `${fieldPath} is for master keys; this is an account key.`);

/** @throws GatewayError FORBIDDEN naming the missing permissions; identical whether or not the rows exist. */
function requirePermission(context: RequestContext, fieldPath: string): void {
  const needed = context.services.permissions.get(fieldPath);
  const { access, isMaster } = requireCaller(context);
  if (needed === undefined || isMaster || covers(access.grants, needed)) return;
  throw lacksPermissions(access, context.services.permissionTable.names(missing(access.grants, needed)));
}

/** An operation's requirements; cached with its list of fields, which lives as long as its document. */
const requirements = new WeakMap<readonly string[], Requirement>();

const ROOT = /^(Query|Mutation|Subscription)\./;

/** What an operation that selects these fields requires of a key. */
export function requirementOf(
  { permissions, masterFields, permissionTable }: Pick<Services, 'permissions' | 'masterFields' | 'permissionTable'>,
  fieldPaths: readonly string[],
): Requirement {
  let required = requirements.get(fieldPaths);
  if (!required) {
    const grants = fieldPaths.map((path) => permissions.get(path) ?? NO_GRANTS).reduce(union, NO_GRANTS);
    const isForMasters = fieldPaths.some((path) => masterFields.has(path));
    required = {
      grants,
      operation: fieldPaths.filter((path) => ROOT.test(path)).join(', '),
      permissions: [...permissionTable.names(grants), ...(isForMasters ? [MASTER_PERMISSION] : [])],
    };
    requirements.set(fieldPaths, required);
  }
  return required;
}

/**
 * Called before anything of an operation runs, so that either all or none of it is done; the decision goes to the
 * decision log.
 * @throws GatewayError FORBIDDEN naming every permission the key lacks.
 */
export function requireOperationPermissions(
  { caller, services }: Pick<RequestContext, 'caller' | 'services'>,
  fieldPaths: readonly string[],
): void {
  if (caller === null || caller.isMaster) return;
  const { access } = caller;
  const required = requirementOf(services, fieldPaths);
  services.decisions.record(caller, required);
  if (!covers(access.grants, required.grants))
    throw lacksPermissions(access, services.permissionTable.names(missing(access.grants, required.grants)));
}

/** Whether the caller may read a resource type, for fields that search several types. */
export function mayRead({ caller, services }: Pick<RequestContext, 'caller' | 'services'>, type: string): boolean {
  if (caller === null) return false;
  return caller.isMaster || (caller.access.grants.READ & services.permissionTable.maskOf([type])) !== 0;
}

const reads = new WeakMap<PermissionTable, Map<string, Requirement>>();

/**
 * Records in the decision log the type of rows that a field read, if its path does not name it: an access plan would
 * remove rights whose use the log does not show.
 */
export function recordRead(
  { caller, services }: Pick<RequestContext, 'caller' | 'services'>,
  fieldPath: string,
  type: string,
): void {
  if (caller === null || caller.isMaster) return;
  const { decisions, permissionTable } = services;
  let known = reads.get(permissionTable);
  if (!known) reads.set(permissionTable, (known = new Map<string, Requirement>()));
  const key = `${fieldPath} ${type}`;
  let requirement = known.get(key);
  if (!requirement) {
    const grants = permissionTable.grant('READ', [type]);
    requirement = { grants, operation: fieldPath, permissions: permissionTable.names(grants) };
    known.set(key, requirement);
  }
  decisions.record(caller, requirement);
}

/** A master key needs a reason to change rows and, if so configured, to read them. */
function requireReason({ origin, services }: RequestContext, changes: boolean): void {
  if (origin.reason !== null || !(changes || services.masterReadReason)) return;
  throw new GatewayError(
    'REASON_REQUIRED',
    `A master key ${changes ? 'changes' : 'reads'} rows only with a reason: send it in the header X-Reason, 3 to 500 characters.`,
  );
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const idOf = (value: object): string | null => ('id' in value ? textOrNull(value.id) : null);
const isReached = (value: object): boolean => REACHED in value;
const accountIdOf = (value: object): string | null => ('accountId' in value ? textOrNull(value.accountId) : null);

export const policy: DirectivePolicy<RequestContext, Scope> = {
  requireCaller(context) {
    requireCaller(context);
  },

  requireMaster(context, fieldPath) {
    if (!requireCaller(context).isMaster) throw forbidden(fieldPath);
    requireReason(context, fieldPath.startsWith('Mutation.'));
  },

  resolveScope(context, accountId, action, fieldPath) {
    requirePermission(context, fieldPath);
    const scope = resolveScope(context, accountId, fieldPath);
    context.fieldRecord.uses.push({ field: fieldPath, action });
    if (!scope.caller.isMaster) return scope;
    if (scope.accountId === null && action !== Action.READ)
      throw badInput(['accountId'], 'A master key changes one account at a time: name it with accountId.');
    requireReason(context, action !== Action.READ);
    return scope;
  },

  requirePermission,
  allAccountsScope: (context, fieldPath) => allAccountsScope(context, fieldPath),
  withScope: (context, scope) => ({ ...context, scope }),
  contextOfEvent,
  accountOf: (typeName, value) => (typeName === 'Account' ? idOf(value) : accountIdOf(value)),

  covers(scope, accountId, value) {
    const covered = scope.covers(accountId) && (scope.restriction === null || isReached(value));
    if (covered) scope.recordAccess(accountId);
    return covered;
  },

  notFound,

  reportForeignRow(context, fieldPath, typeName) {
    if (context.record) context.record.filteredRows += 1;
    context.services.logger.error(
      {
        alarm: context.caller?.access.rows ? 'row_beyond_key' : 'cross_account_row',
        requestId: context.requestId,
        fieldPath,
        typeName,
      },
      'A row that the key must not see was filtered out of an answer',
    );
  },
};
