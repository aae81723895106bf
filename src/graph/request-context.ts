/** The context of a request: from caller to scope. */
import type { Logger } from 'pino';
import { parseAccountId, type Caller } from '../auth/caller';
import type { Signer } from '../auth/signer';
import type { Config } from '../config';
import type { CursorCipher } from '../db/cursor';
import type { Database } from '../db/database';
import type { DecisionRecorder } from '../db/decisions';
import type { DenialRecorder } from '../db/denials';
import type { KeyUsageRecorder } from '../db/keys/key-usage-recorder';
import { Repository } from '../db/repository';
import type { StoredRow } from '../db/statements/row';
import { Scope } from '../db/scope';
import type { Tail } from '../db/stream/tail';
import type { Origin } from '../db/origin';
import type { EntityClass } from '../db/transaction';
import type { UnitOfWork } from '../db/unit-of-work';
import { badInput, GatewayError, unauthenticated } from '../errors';
import type { GatewayContext, IncomingCall } from './context';
import { scopeOfParent } from './directives/output-guard';
import type { PermissionTable } from '../auth/grants';
import type { FieldPermissions } from './permissions';
import type { Resource } from './resource';

/** Sends tests to webhooks; see src/webhooks. */
interface WebhookTests {
  /** @throws GatewayError OVERLOADED */
  test(
    accountId: string,
    webhookId: string,
    endpoint: { readonly url: string; readonly secrets: readonly string[] },
  ): Promise<{
    readonly id: string;
    readonly at: string;
    readonly status: 'SUCCEEDED' | 'REJECTED' | 'TIMED_OUT' | 'UNREACHABLE' | 'FORBIDDEN_TARGET';
    readonly responseStatus: number | null;
    readonly durationMs: number;
    readonly problem: string | null;
  }>;
}

export type RetentionSettings = Pick<
  Config,
  | 'RETENTION_RUN_DAYS'
  | 'RETENTION_DELETED_DAYS'
  | 'RETENTION_AUDIT_DAYS'
  | 'RETENTION_DENIAL_DAYS'
  | 'DECISION_LOG_DAYS'
  | 'WEBHOOK_LOG_DAYS'
>;

/** Shared by all requests. */
export interface Services {
  readonly database: Database;
  readonly cursors: CursorCipher;
  readonly signer: Signer;
  readonly denials: DenialRecorder;
  readonly decisions: DecisionRecorder;
  readonly keyUse: KeyUsageRecorder;
  /** Used by subscriptions to follow rows. */
  readonly tail: Tail;
  /** Whether master keys also need a reason to read. */
  readonly masterReadReason: boolean;
  /** The retention defaults of accounts that chose nothing. */
  readonly retention: RetentionSettings;
  readonly logger: Logger;
  readonly resources: readonly Resource[];
  readonly permissionTable: PermissionTable;
  /** The permissions each field requires. */
  readonly permissions: FieldPermissions;
  /** Paths of the fields that only master keys may use. */
  readonly masterFields: ReadonlySet<string>;
  /** Root fields that take bundles and therefore accept large bodies. */
  readonly largeFields: ReadonlySet<string>;
  readonly webhookTests: WebhookTests;
}

/**
 * The resolvers' context; `scope` is set below every root field that has one. It has all of its properties from the
 * start, undefined or not: V8 makes a new hidden class for every object that a spread begins and a property is added to,
 * but not where the property replaces one. See docs/adr/0195.
 */
export interface RequestContext extends GatewayContext {
  readonly call: IncomingCall;
  readonly services: Services;
  readonly origin: Origin;
  /** This request's scopes: one object per account. */
  readonly scopes: Map<string, Scope>;
  /** The transaction of a mutation's root field; undefined in queries. */
  readonly unitOfWork: UnitOfWork | undefined;
  readonly scope: Scope | undefined;
}

const ALL_ACCOUNTS = 'all accounts';

function cachedScope(context: RequestContext, name: string, open: () => Scope): Scope {
  let scope = context.scopes.get(name);
  if (!scope) context.scopes.set(name, (scope = open()));
  return scope;
}

export function requireCaller(context: RequestContext): Caller {
  if (!context.caller) throw unauthenticated();
  return context.caller;
}

/** `Query.agents` -> `agents`. */
const fieldName = (fieldPath: string): string => fieldPath.slice(fieldPath.indexOf('.') + 1);

/**
 * The scope of all accounts, for a master key.
 * @param fieldPath of the root field: a master key has a scope per field, so that accounts learn what accessed them.
 */
export function allAccountsScope(context: RequestContext, fieldPath: string): Scope {
  const caller = requireCaller(context);
  const field = fieldName(fieldPath);
  return cachedScope(context, `${ALL_ACCOUNTS} ${field}`, () =>
    Scope.everywhere(context.services.database, caller, context.origin, context.unitOfWork, field),
  );
}

function ownScope(context: RequestContext, caller: Caller, requestedAccountId: string | null | undefined): Scope {
  const { account } = caller;
  if (!account) throw unauthenticated();
  if (requestedAccountId === account.slug)
    throw badInput(
      ['accountId'],
      `accountId is an account's id, ${account.id} for ${requestedAccountId}: send that, or leave it out.`,
    );
  if (typeof requestedAccountId === 'string' && requestedAccountId.toLowerCase() !== account.id) {
    throw new GatewayError(
      'ACCOUNT_MISMATCH',
      `This key belongs to account ${account.slug}; the request names ${requestedAccountId.slice(0, 64)}: use a key of that account, or leave accountId out.`,
    );
  }
  return cachedScope(context, account.id, () =>
    Scope.within(context.services.database, caller, context.origin, account.id, context.unitOfWork),
  );
}

/**
 * A field's scope: for an account key its own account, for a master key the account it names, or all accounts.
 * @throws GatewayError UNAUTHENTICATED, ACCOUNT_MISMATCH, BAD_USER_INPUT
 */
export function resolveScope(
  context: RequestContext,
  requestedAccountId: string | null | undefined,
  fieldPath: string,
): Scope {
  const caller = requireCaller(context);
  if (!caller.isMaster) return ownScope(context, caller, requestedAccountId);
  if (requestedAccountId === null || requestedAccountId === undefined) return allAccountsScope(context, fieldPath);
  const id = parseAccountId(requestedAccountId);
  if (!id) throw badInput(['accountId'], "accountId is an account's id, a UUID.");
  const field = fieldName(fieldPath);
  return cachedScope(context, `${id} ${field}`, () =>
    Scope.within(context.services.database, caller, context.origin, id, context.unitOfWork, field),
  );
}

/** The scope that the directive resolved. */
export function scopeOf(context: RequestContext): Scope {
  if (!context.scope) throw new GatewayError('INTERNAL', 'This field was entered without a scope.');
  return context.scope;
}

/** The context for a field below the root, with its parent's scope. */
export const withParentScope = (context: RequestContext, parent: object): RequestContext => ({
  ...context,
  scope: scopeOfParent<Scope>(parent),
});

/** An entity's rows under the scope that the directive resolved. */
export const repository = <Row extends StoredRow>(context: RequestContext, entity: EntityClass<Row>): Repository<Row> =>
  new Repository(scopeOf(context), entity, context.services.cursors);
