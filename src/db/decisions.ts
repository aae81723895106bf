/** Buffers access decisions for the decision log: in memory, written every few seconds, bounded per account. */
import { createHash } from 'node:crypto';
import type { Caller } from '../auth/caller';
import { covers, missing, type Grants, type PermissionTable } from '../auth/grants';
import type { KeyAccess } from '../auth/key-access';
import type { Database } from './database';
import { PeriodicWriter } from './periodic-writer';

/** What an operation requests. Contains no client input, only schema names. */
export interface Requirement {
  readonly grants: Grants;
  /** Its root fields: `Query.agents, Query.tools`. */
  readonly operation: string;
  /** Permissions by name, in the order of the table; also `master` if it has a field for master keys. */
  readonly permissions: readonly string[];
}

/** Never covered by a grant: a field for master keys. */
export const MASTER_PERMISSION = 'master';

interface Decision {
  readonly accountId: string;
  /** Null if the operation is only counted. */
  readonly keyId: string | null;
  readonly operation: string;
  readonly permissions: readonly string[];
  /** Permissions the key lacked; null if none. */
  readonly missing: readonly string[] | null;
  readonly shadowRole: string | null;
  /** Permissions it would lack with its shadow role. */
  readonly shadowMissing: readonly string[] | null;
}

interface DecisionCount extends Decision {
  /** Its beginning, in milliseconds since 1970. */
  readonly day: number;
  readonly kind: string;
  count: number;
  /** Milliseconds since 1970. */
  lastAt: number;
}

const FLUSH_INTERVAL_MS = 5_000;
/**
 * Beyond this many kinds per account between two flushes, operations are distinguished only by what they request;
 * beyond twice as many, they are only counted. No account's decisions depend on those of another.
 */
const MAX_KINDS_PER_ACCOUNT = 500;
/** Beyond this many kinds across all accounts, those that have KEPT_KINDS_PER_ACCOUNT get no new ones. */
const MAX_KINDS = 10_000;
/** Always kept, so that even many flooding accounts together do not reduce the detail of another's decisions. */
const KEPT_KINDS_PER_ACCOUNT = 20;
/** Rows per account and day, give or take a flush. */
const MAX_ROWS_PER_DAY = 2_000;
const DAY_MS = 24 * 60 * 60_000;

export const MANY_OPERATIONS = '(many)';
export const NOT_RECORDED = '(not recorded)';

const GIVEN = `jsonb_to_recordset($1::jsonb) AS g ("accountId" uuid, day timestamptz, kind text, "keyId" uuid, operation text,
      permissions jsonb, missing jsonb, "shadowRole" text, "shadowMissing" jsonb, count bigint, "lastAt" timestamptz)`;

const ON_CONFLICT = `ON CONFLICT (account_id, day, kind) DO UPDATE
      SET count = d.count + excluded.count, last_at = greatest(d.last_at, excluded.last_at)`;

/** Excludes keys that no longer exist, and new kinds on a day that already has the maximum. */
const KINDS = `
  WITH given AS MATERIALIZED (SELECT g.* FROM ${GIVEN}),
       room AS MATERIALIZED (
         SELECT n."accountId", n.day,
                (SELECT count(*) FROM (SELECT 1 FROM access_decision o
                                        WHERE o.account_id = n."accountId" AND o.day = n.day LIMIT $2) AS r) < $2 AS is_left
           FROM (SELECT DISTINCT "accountId", day FROM given) AS n)
  INSERT INTO access_decision AS d (account_id, day, kind, key_id, operation, permissions, missing, shadow_role,
                                    shadow_missing, count, last_at)
  SELECT k.account_id, g.day, g.kind, k.id, g.operation, g.permissions, nullif(g.missing, 'null'), g."shadowRole",
         nullif(g."shadowMissing", 'null'), g.count, g."lastAt"
    FROM given g
    JOIN room USING ("accountId", day)
    JOIN api_key k ON k.account_id = g."accountId" AND k.id = g."keyId"
   WHERE room.is_left OR EXISTS (
         SELECT 1 FROM access_decision o WHERE o.account_id = k.account_id AND o.day = g.day AND o.kind = g.kind)
   ORDER BY k.account_id, g.day, g.kind
  ${ON_CONFLICT}`;

/** The count of all others. */
const COUNTS = `
  INSERT INTO access_decision AS d (account_id, day, kind, operation, permissions, count, last_at)
  SELECT a.id, g.day, '', '${NOT_RECORDED}', '[]', sum(g.count), max(g."lastAt")
    FROM ${GIVEN}
    JOIN account a ON a.id = g."accountId"
   WHERE NOT EXISTS (SELECT 1 FROM access_decision o WHERE o.account_id = a.id AND o.day = g.day AND o.kind = g.kind
                        AND g.kind <> '')
   GROUP BY a.id, g.day
   ORDER BY a.id, g.day
  ${ON_CONFLICT}`;

/**
 * The same with everything joined by account, as tables divided among shards need. On ordinary tables it took 1.2 to 1.8
 * times as long.
 */
const AMONG_SHARDS = {
  kinds: `
  INSERT INTO access_decision AS d (account_id, day, kind, key_id, operation, permissions, missing, shadow_role,
                                    shadow_missing, count, last_at)
  SELECT k.account_id, g.day, g.kind, k.id, g.operation, g.permissions, nullif(g.missing, 'null'), g."shadowRole",
         nullif(g."shadowMissing", 'null'), g.count, g."lastAt"
    FROM ${GIVEN}
    JOIN api_key k ON k.account_id = g."accountId" AND k.id = g."keyId"
    LEFT JOIN access_decision o ON o.account_id = k.account_id AND o.day = g.day AND o.kind = g.kind
    LEFT JOIN (SELECT c.account_id, c.day, count(*) AS kinds
                 FROM (SELECT DISTINCT g."accountId", g.day FROM ${GIVEN}) n
                 JOIN access_decision c ON c.account_id = n."accountId" AND c.day = n.day
                GROUP BY c.account_id, c.day) r ON r.account_id = k.account_id AND r.day = g.day
   WHERE o.kind IS NOT NULL OR coalesce(r.kinds, 0) < $2
   ORDER BY k.account_id, g.day, g.kind
  ${ON_CONFLICT}`,
  counts: `
  INSERT INTO access_decision AS d (account_id, day, kind, operation, permissions, count, last_at)
  SELECT a.id, g.day, '', '${NOT_RECORDED}', '[]', sum(g.count), max(g."lastAt")
    FROM ${GIVEN}
    JOIN account a ON a.id = g."accountId"
    LEFT JOIN access_decision o ON o.account_id = a.id AND o.day = g.day AND o.kind = g.kind AND g.kind <> ''
   WHERE o.kind IS NULL
   GROUP BY a.id, g.day
   ORDER BY a.id, g.day
  ${ON_CONFLICT}`,
};

const dayOf = (time: number): number => time - (time % DAY_MS);
const isoText = (time: number): string => new Date(time).toISOString();

const kindOf = ({ keyId, operation, permissions, missing: lacked, shadowRole, shadowMissing }: Decision): string =>
  createHash('sha256')
    .update(JSON.stringify([keyId, operation, permissions, lacked, shadowRole, shadowMissing]))
    .digest('base64url');

const lackedOf = (table: PermissionTable, held: Grants, { grants, permissions }: Requirement): string[] | null => {
  const lacked = covers(held, grants) ? [] : table.names(missing(held, grants));
  if (permissions.includes(MASTER_PERMISSION)) lacked.push(MASTER_PERMISSION);
  return lacked.length === 0 ? null : lacked;
};

class DecisionCounts {
  readonly #accounts = new Map<string, Map<string, DecisionCount>>();
  #kinds = 0;

  get isEmpty(): boolean {
    return this.#accounts.size === 0;
  }

  *all(): Generator<DecisionCount> {
    for (const kinds of this.#accounts.values()) yield* kinds.values();
  }

  /**
   * @returns the count to which the decision was added: that of its own kind or, beyond the limits, a more general one.
   */
  add(decision: Decision, day: number, lastAt: number, count = 1): DecisionCount | null {
    let kinds = this.#accounts.get(decision.accountId);
    if (!kinds) this.#accounts.set(decision.accountId, (kinds = new Map<string, DecisionCount>()));
    const limit = this.#kinds < MAX_KINDS ? MAX_KINDS_PER_ACCOUNT : KEPT_KINDS_PER_ACCOUNT;
    const times = { day, lastAt, count };
    return (
      this.#increment(kinds, decision, times, decision.keyId === null ? 0 : limit) ??
      this.#increment(
        kinds,
        { ...decision, operation: MANY_OPERATIONS },
        times,
        decision.keyId === null ? 0 : 2 * limit,
      ) ??
      this.#increment(kinds, { ...NOTHING, accountId: decision.accountId }, times, Infinity)
    );
  }

  /** @returns null for a new kind if the account already has `limit` of them. */
  #increment(
    kinds: Map<string, DecisionCount>,
    decision: Decision,
    { day, lastAt, count }: Pick<DecisionCount, 'day' | 'lastAt' | 'count'>,
    limit: number,
  ): DecisionCount | null {
    const { keyId, operation, missing: lacked, shadowRole, shadowMissing } = decision;
    const name = [day, keyId, operation, decision.permissions, lacked, shadowRole, shadowMissing].join(' ');
    const counted = kinds.get(name);
    if (counted) {
      counted.count += count;
      counted.lastAt = lastAt;
      return counted;
    }
    if (kinds.size >= limit) return null;
    const first = { ...decision, day, lastAt, count, kind: keyId === null ? '' : kindOf(decision) };
    kinds.set(name, first);
    this.#kinds += 1;
    return first;
  }
}

const NOTHING: Omit<Decision, 'accountId'> = {
  keyId: null,
  operation: NOT_RECORDED,
  permissions: [],
  missing: null,
  shadowRole: null,
  shadowMissing: null,
};

export class DecisionRecorder {
  #counts = new DecisionCounts();
  /** Where decisions about a key's requirements are counted; nearly all of them repeat. */
  #repeated = new WeakMap<KeyAccess, WeakMap<Requirement, DecisionCount>>();
  readonly #writer = new PeriodicWriter(() => this.#write(), FLUSH_INTERVAL_MS);

  /** @param days the number of days that decisions are kept; 0 records nothing. */
  constructor(
    private readonly database: Pick<Database, 'record' | 'isDistributed'>,
    private readonly days: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Records the decision about an operation of an account key; operations of master keys are audited. */
  record({ account, keyId, access }: Caller, required: Requirement): void {
    if (account === null || this.days === 0) return;
    const now = Date.now();
    const day = dayOf(now);
    let counts = this.#repeated.get(access);
    if (!counts) this.#repeated.set(access, (counts = new WeakMap<Requirement, DecisionCount>()));
    const repeated = counts.get(required);
    if (repeated?.day === day) {
      repeated.count += 1;
      repeated.lastAt = now;
      return;
    }
    const { table, grants, shadow } = access;
    const decision = {
      accountId: account.id,
      keyId,
      operation: required.operation,
      permissions: required.permissions,
      missing: lackedOf(table, grants, required),
      shadowRole: shadow?.role ?? null,
      shadowMissing: shadow && lackedOf(table, shadow.grants, required),
    };
    const counted = this.#counts.add(decision, day, now);
    if (counted) counts.set(required, counted);
  }

  /** Writes the counts; counts that cannot be written are kept for the next flush. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  close(): Promise<void> {
    return this.#writer.close();
  }

  async #write(): Promise<void> {
    if (this.#counts.isEmpty) return;
    const counts = [...this.#counts.all()];
    this.#counts = new DecisionCounts();
    this.#repeated = new WeakMap();
    try {
      const given = JSON.stringify(
        counts.map((each) => ({ ...each, day: isoText(each.day), lastAt: isoText(each.lastAt) })),
      );
      const texts = this.database.isDistributed ? AMONG_SHARDS : { kinds: KINDS, counts: COUNTS };
      await this.database.record([
        { text: texts.kinds, values: [given, MAX_ROWS_PER_DAY] },
        { text: texts.counts, values: [given] },
      ]);
    } catch (error) {
      this.onError(error);
      for (const { day, lastAt, count, kind: _, ...decision } of counts) this.#counts.add(decision, day, lastAt, count);
    }
  }
}
