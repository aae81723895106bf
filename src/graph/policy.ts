/** The one place that decides access: what the directives mean for this gateway's callers. */
import type { Scope } from '../db/scope';
import { badInput, GatewayError } from '../errors';
import { Action } from './directives/definitions';
import type { DirectivePolicy } from './directives/policy';
import { requireCaller, resolveScope, allAccountsScope, type RequestContext } from './request-context';

const forbidden = (fieldPath: string): GatewayError =>
  new GatewayError('FORBIDDEN', `${fieldPath} is for master keys; this is an account key.`);

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
    const scope = resolveScope(context, accountId, fieldPath);
    context.fieldRecord.uses.push({ field: fieldPath, action });
    if (!scope.caller.isMaster) return scope;
    if (scope.accountId === null && action !== Action.READ)
      throw badInput(['accountId'], 'A master key changes one account at a time: name it with accountId.');
    requireReason(context, action !== Action.READ);
    return scope;
  },

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
