/** Dataset D, written in SQL: the same rows for every server. */
import type { Client } from 'pg';
import { formatKey, hashSecret, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { connected } from '../../test/harness/sql';
import { insertRows, type Size } from './rows';

export const SIZE_D: Size = { accounts: 200, agents: 100, tools: 30, toolsOfAgent: 3, schedules: 100, runs: 3000 };

/** For benchmarks that create most of their rows themselves. */
export const ONE_OF_EACH: Size = { accounts: 1, agents: 1, tools: 1, toolsOfAgent: 1, schedules: 1, runs: 0 };

export interface BenchAccount {
  readonly id: string;
  readonly key: string;
  /** The ids of some of its agents. */
  readonly agentIds: readonly string[];
}

const ACCOUNTS_KEPT = 500;
/** The parameters of one statement are held in memory, which limits their number. */
const ACCOUNTS_AT_ONCE = 20_000;
const AGENTS_KEPT = 20;

const INSERT_ACCOUNTS = `
  INSERT INTO account (id, slug, name)
  SELECT id, 'bench-' || $2::int + n, 'Bench ' || $2::int + n FROM unnest($1::uuid[]) WITH ORDINALITY AS given (id, n)`;

const INSERT_KEYS = `
  INSERT INTO api_key (account_id, id, name, kind, role, secret_hash)
  SELECT account_id, id, 'primary', 'PRIMARY', 'ADMINISTRATOR', secret_hash
    FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS given (account_id, id, secret_hash)`;

const AGENT_IDS = `
  SELECT a.account_id, (array_agg(a.id ORDER BY a.id))[1:${AGENTS_KEPT}] AS ids
    FROM agent a WHERE a.account_id = ANY ($1::uuid[]) GROUP BY a.account_id`;

/** Audit triggers run for superusers, too, but filling a dataset is not a change to audit. */
export const SILENCE_AUDIT = `
  DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT tgrelid::regclass AS name, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A' LOOP
      EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', t.name, t.tgname);
    END LOOP; END $$`;
const RESTORE_AUDIT = SILENCE_AUDIT.replace("tgenabled = 'A'", "tgenabled = 'D'").replace('DISABLE', 'ENABLE ALWAYS');

/** Adds rows without triggers, in one transaction. @param superuserUrl a superuser's URL of the database. */
export const insertSilently = <Result>(
  superuserUrl: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> =>
  connected(superuserUrl, async (client) => {
    await client.query('SET session_replication_role = replica');
    await client.query(`BEGIN; ${SILENCE_AUDIT}`);
    const result = await work(client);
    await client.query(`${RESTORE_AUDIT}; COMMIT`);
    await client.query('VACUUM ANALYZE');
    return result;
  });

async function insertAccounts(client: Client, count: number): Promise<Omit<BenchAccount, 'agentIds'>[]> {
  const accounts = Array.from({ length: count }, () => {
    const [id, keyId, secret] = [newId(), newId(), newSecret()];
    return { id, keyId, hash: hashSecret(secret), key: formatKey({ kind: 'account', keyId, accountId: id, secret }) };
  });
  for (let start = 0; start < count; start += ACCOUNTS_AT_ONCE) {
    const some = accounts.slice(start, start + ACCOUNTS_AT_ONCE);
    const ids = some.map(({ id }) => id);
    await client.query(INSERT_ACCOUNTS, [ids, start]);
    await client.query(INSERT_KEYS, [ids, some.map(({ keyId }) => keyId), some.map(({ hash }) => hash)]);
  }
  return accounts.map(({ id, key }) => ({ id, key }));
}

/** A sample, spread evenly over the items. */
function sample<Item>(items: readonly Item[], maxItems: number): Item[] {
  const step = Math.max(1, Math.floor(items.length / maxItems));
  return items.filter((_item, index) => index % step === 0).slice(0, maxItems);
}

/**
 * Fills a migrated, empty database.
 * @param superuserUrl a superuser's URL of that database; triggers, foreign keys and policies are bypassed for speed.
 * @returns accounts to send requests for: at most 500, spread over all.
 */
export const buildDataset = (superuserUrl: string, size: Size): Promise<BenchAccount[]> =>
  connected(superuserUrl, async (client) => {
    await client.query('SET session_replication_role = replica');
    await client.query(SILENCE_AUDIT);
    const accounts = sample(await insertAccounts(client, size.accounts), ACCOUNTS_KEPT);
    await insertRows(client, size);
    await client.query(RESTORE_AUDIT);
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
    const { rows } = await client.query<{ account_id: string; ids: string[] }>(AGENT_IDS, [
      accounts.map(({ id }) => id),
    ]);
    const agentIds = new Map(rows.map((row) => [row.account_id, row.ids]));
    return accounts.map((account) => ({ ...account, agentIds: agentIds.get(account.id) ?? [] }));
  });
