/** The access log of master keys: who did what to whose rows and why, stored before the response is sent. */
import type { Caller } from '../auth/caller';
import type { PreparedQuery } from './pipeline/batch';
import type { StatementObserver } from './pipeline/statement-observer';
import { translateFailure } from './database-errors';
import { newId } from './ids';

/** The root fields that touched each account. */
export type AccountFields = ReadonlyMap<string, ReadonlySet<string>>;

/** What one request of a master key touches, and how much of it is stored. */
export class MasterAccessLog {
  /** Root fields of the operation; empty until it is known. */
  fields: readonly string[] = [];
  /** A field ran across all accounts. */
  allAccounts = false;
  /** It names different accounts or rows: which one the operation's name and reason refer to is unknown. */
  isForSeveral = false;
  readonly #touched = new Map<string, Set<string>>();
  /** Accounts that the request names. All others are accounts of stored rows. */
  readonly #named = new Set<string>();
  readonly #stored = new Map<string, Set<string>>();
  #entries = 0;

  /**
   * @param field the root field that reads or changes rows of the account.
   * @param isNamed whether the request names the account, which may not exist; false for the account of a stored row.
   */
  recordAccess(accountId: string, field: string, isNamed: boolean): void {
    add(this.#touched, accountId, field);
    if (isNamed) this.#named.add(accountId);
  }

  /** Whether all accounts are known to exist. */
  areOfRows(accounts: AccountFields): boolean {
    return [...accounts.keys()].every((accountId) => !this.#named.has(accountId));
  }

  /** Marks an entry as stored. */
  stored(accounts: AccountFields): void {
    this.#entries += 1;
    for (const [accountId, fields] of accounts) for (const field of fields) add(this.#stored, accountId, field);
  }

  /** What no entry covers yet; null if every operation, account and field is stored. */
  get unstored(): AccountFields | null {
    const missing = new Map<string, Set<string>>();
    for (const [accountId, fields] of this.#touched)
      for (const field of fields) if (!this.#stored.get(accountId)?.has(field)) add(missing, accountId, field);
    const done = this.#entries > 0 || this.fields.length === 0;
    return done && missing.size === 0 ? null : missing;
  }
}

function add(accounts: Map<string, Set<string>>, accountId: string, field: string): void {
  const fields = accounts.get(accountId);
  if (fields) fields.add(field);
  else accounts.set(accountId, new Set([field]));
}

/** The contents of an entry, except the affected accounts. */
export interface AccessOrigin {
  readonly requestId: string;
  readonly address: string;
  readonly operationName: string | null;
  readonly reason: string | null;
  /** Null for account keys, which reach only their own account. */
  readonly access: MasterAccessLog | null;
  /** Receives the statements that run for the request; unset when not observed. */
  readonly statements?: StatementObserver | null;
}

/** A secret in a name, a reason or a request id is truncated to its kind, as in the audit log. */
const RECORD = {
  name: 'record_master_access',
  text: 'SELECT record_master_access($1, $2, audit_clean($3), audit_clean($4), $5, audit_clean($6), $7, audit_clean($8), $9, $10::jsonb)',
};

/**
 * The operation's name and reason as an account may see them: nothing that may be about another account.
 * @param field the root field to show instead of the name of an operation on several accounts.
 */
export function visibleOrigin(
  { operationName, reason, access }: AccessOrigin,
  field: string | null,
): { readonly operationName: string | null; readonly reason: string | null } {
  return access?.isForSeveral ? { operationName: field, reason: null } : { operationName, reason };
}

/** Within a transaction, Citus lets the owner read nothing that this role has changed, so the role finds the accounts. */
const RECORD_AMONG_SHARDS = {
  name: 'record_master_access_among_shards',
  text: `${RECORD.text.slice(0, -1)}, existing_accounts($11::uuid[]))`,
};

/** The same for accounts that are known to exist: no shard is read. */
const RECORD_OF_ROWS = {
  name: 'record_master_access_of_rows',
  text: `${RECORD.text.slice(0, -1)}, $11::uuid[])`,
};

/** The statement that stores one entry. @param isDistributed whether the tables are divided among shards. */
export function accessEntry(
  caller: Caller,
  origin: AccessOrigin,
  accounts: AccountFields,
  isDistributed: boolean,
): PreparedQuery {
  const { operationName, reason, address, requestId, access } = origin;
  const amongShards = access?.areOfRows(accounts) === true ? RECORD_OF_ROWS : RECORD_AMONG_SHARDS;
  const ofAccounts = [...accounts].map(([accountId, fields]) => ({
    accountId,
    fields: [...fields],
    ...visibleOrigin(origin, null),
  }));
  return {
    ...(isDistributed ? amongShards : RECORD),
    values: [
      newId(),
      caller.keyId,
      caller.keyName,
      operationName,
      access?.fields ?? [],
      reason,
      address,
      requestId,
      access?.allAccounts ?? false,
      JSON.stringify(ofAccounts),
      ...(isDistributed ? [[...accounts.keys()]] : []),
    ],
  };
}

/** Where the gateway's own log entries go: the database. */
interface Recorder {
  readonly isDistributed: boolean;
  record(queries: readonly PreparedQuery[], observer?: StatementObserver | null): Promise<void>;
}

/**
 * Stores what no transaction of the request has stored: reads, and operations that changed nothing.
 * @param safeToRetry whether the request certainly changed nothing.
 */
export async function storeAccess(
  database: Recorder,
  caller: Caller,
  origin: AccessOrigin,
  safeToRetry: boolean,
): Promise<void> {
  const accounts = origin.access?.unstored ?? null;
  if (accounts === null) return;
  try {
    await database.record([accessEntry(caller, origin, accounts, database.isDistributed)], origin.statements);
    origin.access?.stored(accounts);
  } catch (error) {
    throw translateFailure(error, safeToRetry);
  }
}
