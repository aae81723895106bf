/** What the directives need to know about callers and accounts; implemented by the gateway and by tests. */
import type { Action } from './definitions';

/**
 * Decisions the directives cannot make themselves. All methods are synchronous, because they are on the hot path.
 * `fieldPath` names the field, such as `Query.agents`.
 */
export interface DirectivePolicy<Context, Scope extends object> {
  /** @throws UNAUTHENTICATED without a caller. */
  requireCaller(context: Context): void;
  /** @throws UNAUTHENTICATED without a caller, FORBIDDEN unless the caller has a master key. */
  requireMaster(context: Context, fieldPath: string): void;
  /**
   * The one scope a field may reach. Return the same object for the same context, account and action: rows that already
   * carry it are not copied.
   * @param accountId as sent by the caller, not validated.
   * @throws ACCOUNT_MISMATCH for another account's id, BAD_USER_INPUT for a missing id where one is required.
   */
  resolveScope(context: Context, accountId: string | null | undefined, action: Action, fieldPath: string): Scope;
  /**
   * Called for every nested field that returns rows; `resolveScope` does the same for its own fields.
   * @throws FORBIDDEN if the caller's key may not read what the field returns.
   */
  requirePermission(context: Context, fieldPath: string): void;
  /** The scope of all accounts, for `@masterOnly` root fields. */
  allAccountsScope(context: Context, fieldPath: string): Scope;
  /** The context for a root field's resolver. */
  withScope(context: Context, scope: Scope): Context;
  /**
   * The account a row belongs to; null for a wrapper type (connection, edge, payload) without one of its own.
   * @param typeName an empty string if the value's type is unknown.
   */
  accountOf(typeName: string, value: object): string | null;
  /** Whether a row of this account may be returned under this scope. */
  covers(scope: Scope, accountId: string, row: object): boolean;
  /** The context for answering one event of a subscription: the subscriber is authenticated again. */
  contextOfEvent(context: Context): Context | Promise<Context>;
  /** The error for a row that is missing or may not be returned, of a field that is not nullable: the same for both. */
  notFound(): Error;
  /** Called when a row of another account was filtered out: logs it and raises the alarm. */
  reportForeignRow(context: Context, fieldPath: string, typeName: string): void;
}
