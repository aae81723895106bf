/** What the directives need to know about callers and accounts; the gateway implements it, tests have their own. */
import type { Action } from './definitions';

/**
 * What the directives cannot decide by themselves. All of it is synchronous: it is called on the hot path.
 * `fieldPath` names the field, for example `Query.agents`.
 */
export interface DirectivePolicy<Context, Scope extends object> {
  /** @throws UNAUTHENTICATED when there is no caller. */
  requireCaller(context: Context): void;
  /** @throws UNAUTHENTICATED when there is no caller, FORBIDDEN unless the caller has a master key. */
  requireMaster(context: Context, fieldPath: string): void;
  /**
   * The one scope that a field may reach. Give the same object for the same context, account and action: rows that
   * already carry it leave without a copy.
   * @param accountId as the caller sent it, not validated.
   * @throws ACCOUNT_MISMATCH for another account's id, BAD_USER_INPUT for no id where one is needed.
   */
  resolveScope(context: Context, accountId: string | null | undefined, action: Action, fieldPath: string): Scope;
  /**
   * Asked for every nested field that shows rows; `resolveScope` asks it of its own fields itself.
   * @throws FORBIDDEN when the caller's key may not read what the field returns.
   */
  requirePermission(context: Context, fieldPath: string): void;
  /** The scope of all accounts, for `@masterOnly` root fields. */
  allAccountsScope(context: Context, fieldPath: string): Scope;
  /** The context that the resolver of a root field receives. */
  withScope(context: Context, scope: Scope): Context;
  /**
   * The account that a row belongs to; null for a wrapper type (connection, edge, payload) that has none of its own.
   * @param typeName the empty string when the value's type is unknown.
   */
  accountOf(typeName: string, value: object): string | null;
  /** May this row, which is of this account, be returned under this scope? */
  covers(scope: Scope, accountId: string, row: object): boolean;
  /** A row of another account was filtered out: log it and raise the alarm. */
  reportForeignRow(context: Context, fieldPath: string, typeName: string): void;
}
