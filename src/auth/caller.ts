/** The caller: the only result of authentication. A Caller can only be created from a verified key. */
import type { KeyAccess } from './key-access';
import type { KeyKind } from './key-format';

/** An account id; only created from a valid UUID. */
export type AccountId = string & { readonly __brand: 'AccountId' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);

/** @returns the id in lower case, or null if the text is not a UUID. */
export const parseAccountId = (text: string): AccountId | null =>
  isUuid(text) ? (text.toLowerCase() as AccountId) : null;

export type AccountStatus = 'ACTIVE' | 'SUSPENDED' | 'CLOSED';

/** A key's row as authentication sees it. */
export interface KeyRecord {
  readonly kind: KeyKind;
  readonly keyId: string;
  readonly name: string;
  readonly secretHash: Buffer;
  /** When the key stops working (expiry, end of grace period or revocation), as `performance.now()`; null: never. */
  readonly endsAt: number | null;
  readonly account: { readonly id: AccountId; readonly slug: string; readonly status: AccountStatus } | null;
  readonly access: KeyAccess;
}

export class Caller {
  readonly #verified: boolean = true;
  /** What remained of the rate limits after the latest operation, as a response header; empty before the first. */
  limitsLeft = '';

  private constructor(
    readonly kind: KeyKind,
    readonly keyId: string,
    readonly keyName: string,
    /** The account of an account key; null for a master key. */
    readonly account: { readonly id: AccountId; readonly slug: string } | null,
    /** What the key may do, and how it is restricted. */
    readonly access: KeyAccess,
  ) {}

  /** Only for authenticate.ts, after it has compared the secret. */
  static verified(record: KeyRecord): Caller {
    return new Caller(record.kind, record.keyId, record.name, record.account, record.access);
  }

  get isMaster(): boolean {
    return this.#verified && this.kind === 'master';
  }
}

/** Who competes for shared capacity: the account, the master key or, without a key, the address. */
export const ownerOf = (caller: Caller | null, address: string): string =>
  caller?.account?.id ?? caller?.keyId ?? address;
