/** Who is calling: the one result of authentication. A Caller can only be made from a verified key. */
import type { KeyAccess } from './key-access';
import type { KeyKind } from './key-format';

/** An account's id; made only from a value that was checked to be a UUID. */
export type AccountId = string & { readonly __brand: 'AccountId' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);

/** @returns the id in lower case, or null when the text is no UUID. */
export const parseAccountId = (text: string): AccountId | null =>
  isUuid(text) ? (text.toLowerCase() as AccountId) : null;

export type AccountStatus = 'ACTIVE' | 'SUSPENDED' | 'CLOSED';

/** A key's row as authentication sees it. */
export interface KeyRecord {
  readonly kind: KeyKind;
  readonly keyId: string;
  readonly name: string;
  readonly secretHash: Buffer;
  /** When it stops working: expiry, end of grace or revocation. Milliseconds of `performance.now()`; null never ends. */
  readonly endsAt: number | null;
  readonly account: { readonly id: AccountId; readonly slug: string; readonly status: AccountStatus } | null;
  readonly access: KeyAccess;
}

export class Caller {
  readonly #verified: boolean = true;
  private constructor(
    readonly kind: KeyKind,
    readonly keyId: string,
    readonly keyName: string,
    /** The account of an account key; null for a master key. */
    readonly account: { readonly id: AccountId; readonly slug: string } | null,
    /** What the key may do, and how it is restricted. */
    readonly access: KeyAccess,
  ) {}

  /** For authenticate.ts alone, after the secret was compared. */
  static verified(record: KeyRecord): Caller {
    return new Caller(record.kind, record.keyId, record.name, record.account, record.access);
  }

  get isMaster(): boolean {
    return this.#verified && this.kind === 'master';
  }
}

/** With whom a request shares what is divided fairly: an account, a master key, or else an address. */
export const ownerOf = (caller: Caller | null, address: string): string =>
  caller?.account?.id ?? caller?.keyId ?? address;
