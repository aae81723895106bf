/** Records key usage: counted in memory, added to the database's counters every few seconds. */
import type { Caller } from '../../auth/caller';
import type { Database } from '../database';

/** In milliseconds; together with the time of a flush it keeps "within a minute". */
const FLUSH_EVERY = 20_000;

interface Counter {
  readonly action: string;
  count: number;
  /** Milliseconds since 1970, by this process's clock; only differences reach the database. */
  readonly first: number;
  last: number;
}

interface Usage {
  readonly accountId: string;
  last: number;
  /** Counts by field, for example `Query.agents`. */
  readonly fields: Map<string, Counter>;
}

const LAST_USES = `
  INSERT INTO key_use (account_id, id, last_used_at)
  SELECT k.account_id, k.id, now() - g.ago * interval '1 millisecond'
    FROM jsonb_to_recordset($1::jsonb) g (account_id uuid, key_id uuid, ago double precision)
    JOIN api_key k ON k.account_id = g.account_id AND k.id = g.key_id
   ORDER BY k.account_id, k.id
  ON CONFLICT (account_id, id) DO UPDATE SET last_used_at = greatest(key_use.last_used_at, excluded.last_used_at)`;

const COUNTS = `
  INSERT INTO key_usage (account_id, key_id, action, resource, count, first_at, last_at)
  SELECT k.account_id, k.id, g.action, g.resource, g.count,
         now() - g.first_ago * interval '1 millisecond', now() - g.last_ago * interval '1 millisecond'
    FROM jsonb_to_recordset($1::jsonb) g (account_id uuid, key_id uuid, action text, resource text, count bigint,
                                          first_ago double precision, last_ago double precision)
    JOIN api_key k ON k.account_id = g.account_id AND k.id = g.key_id
   ORDER BY k.account_id, k.id, g.action, g.resource
  ON CONFLICT (account_id, key_id, action, resource) DO UPDATE SET
    count = key_usage.count + excluded.count,
    first_at = least(key_usage.first_at, excluded.first_at),
    last_at = greatest(key_usage.last_at, excluded.last_at)`;

export class KeyUsageRecorder {
  #usages = new Map<string, Usage>();
  #timer: NodeJS.Timeout | null = null;

  /** @param resourceOf the resource of a field: `Agent` for `Query.agents`. */
  constructor(
    private readonly database: Database,
    private readonly resourceOf: (field: string) => string,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.#timer ??= setInterval(() => void this.flush(), FLUSH_EVERY).unref();
  }

  /** Stores the rest. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.flush();
  }

  /** Called when a key is accepted. Master keys are not counted: each of their operations is audited. */
  accepted({ keyId, account }: Caller): void {
    if (account) this.#usageOf(keyId, account.id).last = Date.now();
  }

  /** Called when an accepted key runs a field. */
  used({ keyId, account }: Caller, field: string, action: string): void {
    if (!account) return;
    // The counts may have been stored since the key was accepted.
    const { fields, last } = this.#usageOf(keyId, account.id);
    const counter = fields.get(field);
    if (!counter) {
      fields.set(field, { action, count: 1, first: last, last });
      return;
    }
    counter.count += 1;
    counter.last = last;
  }

  #usageOf(keyId: string, accountId: string): Usage {
    let usage = this.#usages.get(keyId);
    if (!usage) this.#usages.set(keyId, (usage = { accountId, last: Date.now(), fields: new Map() }));
    return usage;
  }

  /** Adds the counts to the database; counts that cannot be stored now are kept. */
  async flush(): Promise<void> {
    const usages = this.#usages;
    if (usages.size === 0) return;
    this.#usages = new Map();
    try {
      await this.database.record([
        { text: LAST_USES, values: [JSON.stringify(lastUses(usages))] },
        { text: COUNTS, values: [JSON.stringify(this.#counts(usages))] },
      ]);
    } catch (error) {
      this.#takeBack(usages);
      this.onError(error);
    }
  }

  #counts(usages: ReadonlyMap<string, Usage>): object[] {
    const now = Date.now();
    const sums = new Map<string, Record<string, unknown> & { count: number; first_ago: number; last_ago: number }>();
    for (const [keyId, { accountId, fields }] of usages) {
      for (const [field, { action, count, first, last }] of fields) {
        const resource = this.resourceOf(field);
        const name = `${keyId} ${action} ${resource}`;
        const sum = sums.get(name);
        sums.set(name, {
          account_id: accountId,
          key_id: keyId,
          action,
          resource,
          count: count + (sum?.count ?? 0),
          first_ago: Math.max(now - first, sum?.first_ago ?? 0),
          last_ago: Math.min(now - last, sum?.last_ago ?? Number.MAX_SAFE_INTEGER),
        });
      }
    }
    return [...sums.values()];
  }

  #takeBack(usages: ReadonlyMap<string, Usage>): void {
    for (const [keyId, older] of usages) {
      const newer = this.#usages.get(keyId);
      if (!newer) {
        this.#usages.set(keyId, older);
        continue;
      }
      for (const [field, counter] of older.fields) {
        const since = newer.fields.get(field);
        newer.fields.set(
          field,
          since ? { ...since, first: counter.first, count: since.count + counter.count } : counter,
        );
      }
    }
  }
}

function lastUses(usages: ReadonlyMap<string, Usage>): object[] {
  const now = Date.now();
  return [...usages].map(([keyId, { accountId, last }]) => ({ account_id: accountId, key_id: keyId, ago: now - last }));
}
