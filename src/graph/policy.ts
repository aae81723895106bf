/** The one place that decides access: what the directives mean for this gateway's callers. */
import { covers, missing } from '../auth/grants';
import type { Scope } from '../db/scope';
import { badInput, GatewayError } from '../errors';
import { Action } from './directives/definitions';
import type { DirectivePolicy } from './directives/policy';
import { lacksPermissions } from './permissions';
import { requireCaller, resolveScope, allAccountsScope, type RequestContext } from './request-context';

const forbidden = (fieldPath: string): GatewayError =>
  new GatewayError('FORBIDDEN', `${fieldPath} is for master keys; this is an account key.`);

/** @throws GatewayError FORBIDDEN that names what the key lacks; it is the same whether the rows exist or not. */
function requirePermission(context: RequestContext, fieldPath: string): void {
  const needed = context.services.permissions.get(fieldPath);
  const { access, isMaster } = requireCaller(context);
  if (needed === undefined || isMaster || covers(access.grants, needed)) return;
  throw lacksPermissions(access.role, context.services.permissionTable.names(missing(access.grants, needed)));
}

/** A master key changes rows only with a reason; a setting makes it read with one only, too. */
function requireReason({ origin, services }: RequestContext, changes: boolean): void {
  if (origin.reason !== null || !(changes || services.masterReadReason)) return;
  throw new GatewayError(
    'REASON_REQUIRED',
    `A master key ${changes ? 'changes' : 'reads'} rows only with a reason: send the header X-Reason with 3 to 500 characters that say why.`,
  );
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const idOf = (value: object): string | null => ('id' in value ? textOrNull(value.id) : null);
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
  accountOf: (typeName, value) => (typeName === 'Account' ? idOf(value) : accountIdOf(value)),

  covers(scope, accountId) {
    const covered = scope.covers(accountId);
    if (covered) scope.recordAccess(accountId);
    return covered;
  },

  reportForeignRow(context, fieldPath, typeName) {
    context.services.logger.error(
      { alarm: 'cross_account_row', requestId: context.requestId, fieldPath, typeName },
      'A row of another account was filtered out of an answer',
    );
  },
};
