/** The record of what a master key does: who, what, whose rows and why, stored before anything leaves. */
import type { Caller } from '../auth/caller';
import type { PreparedQuery } from './pipeline/batch';
import type { Database } from './database';
import { translateFailure } from './database-errors';
import { newId } from './ids';

/** What one request of a master key reaches, and how much of it is on record. */
export class AccessTrace {
  /** Root fields of the operation; empty until it is known. */
  fields: readonly string[] = [];
  /** A field was asked across all accounts. */
  everyAccount = false;
  readonly #touched = new Set<string>();
  readonly #stored = new Set<string>();
  #entries = 0;

  /** Rows of this account are read or changed. */
  recordAccess(accountId: string): void {
    this.#touched.add(accountId);
  }

  /** An entry with these accounts was stored. */
  stored(accounts: Iterable<string>): void {
    this.#entries += 1;
    for (const account of accounts) this.#stored.add(account);
  }

  /** The accounts that no entry names yet; null when every operation and account is on record. */
  get unstored(): string[] | null {
    const missing = [...this.#touched].filter((account) => !this.#stored.has(account));
    const done = this.#entries > 0 || this.fields.length === 0;
    return done && missing.length === 0 ? null : missing;
  }
}

/** What an entry says besides the trace. */
export interface AccessOrigin {
  readonly requestId: string;
  readonly address: string;
  readonly operationName: string | null;
  readonly reason: string | null;
  /** Null for account keys, which reach nothing but their own. */
  readonly access: AccessTrace | null;
}

/** A key that strayed into a name, a reason or a request id is cut to its kind, as in every record. */
const RECORD = {
  name: 'record_master_access',
  text: 'SELECT record_master_access($1, $2, audit_clean($3), audit_clean($4), $5, audit_clean($6), $7, audit_clean($8), $9, $10)',
};

/** The statement that stores one entry. */
export function accessEntry(caller: Caller, origin: AccessOrigin, accounts: readonly string[]): PreparedQuery {
  const { operationName, reason, address, requestId, access } = origin;
  const values = [
    newId(),
    caller.keyId,
    caller.keyName,
    operationName,
    access?.fields ?? [],
    reason,
    address,
    requestId,
  ];
  return { ...RECORD, values: [...values, access?.everyAccount ?? false, accounts] };
}

/**
 * Stores what no transaction of the request has stored: reads, and operations that changed nothing.
 * @param safeToRetry whether nothing can have been changed by the request.
 */
export async function storeAccess(
  database: Database,
  caller: Caller,
  origin: AccessOrigin,
  safeToRetry: boolean,
): Promise<void> {
  const accounts = origin.access?.unstored ?? null;
  if (accounts === null) return;
  try {
    await database.record([accessEntry(caller, origin, accounts)]);
    origin.access?.stored(accounts);
  } catch (error) {
    throw translateFailure(error, safeToRetry);
  }
}
