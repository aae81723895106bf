/**
 * A backup as lines of JSON: a header, then each table's name and columns followed by its rows, and the counts at the
 * end. A row is PostgreSQL's own text of it, which preserves every value exactly, including the texts that audit hashes
 * cover.
 */
import { Client } from 'pg';
import { z } from 'zod';
import { primaryUrl } from '../primary';
import { ownerConnection, STATE_OWNER_SETTINGS, UNLIMIT_TRANSACTION } from '../session-settings';
import { IN_SCHEMA, ROLES } from '../verify/catalog';
import { findPolicyFaults, rolesOf } from '../verify/verify-policies';
import { withOwner } from './owner';
import { SetupError } from './setup-error';

export const header = z.object({
  format: z.literal('portcullis-backup-1'),
  createdAt: z.string(),
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  /** The id of the secrets key that encrypts the secrets, hexadecimal; the key itself is not in a backup. */
  secretsKeyId: z.string().nullable(),
});
export type BackupHeader = z.infer<typeof header>;

export const tableLine = z.object({ table: z.string(), columns: z.array(z.string()) });
export const endLine = z.object({ rows: z.record(z.string(), z.number()) });

/** Rows read or written at once. */
export const ROWS_AT_ONCE = 500;

/**
 * Excludes tables that migrations fill, tables that a crash would empty, and tables about the server instead of its
 * data.
 */
const TABLES = `
  SELECT c.relname::text, ARRAY(SELECT a.attname::text FROM pg_attribute a
                                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
    FROM pg_class c WHERE ${IN_SCHEMA} AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND c.relname NOT IN ('migrations', 'replication_mark')
   ORDER BY c.relname`;

type Query = (text: string) => Promise<unknown[][]>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** @throws SetupError when the role would not see every row: the backup would be incomplete. */
async function refusePartialView(query: Query): Promise<void> {
  const names = rolesOf(await query(ROLES));
  const [[user] = []] = await query('SELECT current_user::text');
  if (user !== names.operator)
    throw new SetupError(`A backup is read as ${names.operator}, and OPERATOR_DATABASE_URL connects as ${text(user)}.`);
  const faults = await findPolicyFaults(query, names);
  if (faults.length > 0)
    throw new SetupError(`The backup could lack rows:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
}

async function readHeader(query: Query): Promise<BackupHeader> {
  const migrations = await query('SELECT name, checksum FROM public.migrations ORDER BY name');
  const [[keyId] = []] = await query("SELECT encode(key_id, 'hex') FROM public.secrets_key");
  return {
    format: 'portcullis-backup-1',
    createdAt: new Date().toISOString(),
    migrations: migrations.map(([name, checksum]) => ({ name: text(name), checksum: text(checksum) })),
    secretsKeyId: keyId === undefined ? null : text(keyId),
  };
}

async function* tableLines(query: Query, table: string, columns: readonly string[]): AsyncGenerator<string> {
  const list = columns.map((column) => `t."${column}"`).join(', ');
  await query(`DECLARE backup NO SCROLL CURSOR FOR SELECT ROW(${list})::text FROM public."${table}" t`);
  for (;;) {
    const rows = await query(`FETCH ${ROWS_AT_ONCE} FROM backup`);
    for (const [row] of rows) yield JSON.stringify(row);
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await query('CLOSE backup');
}

async function* allLines(query: Query): AsyncGenerator<string> {
  await refusePartialView(query);
  yield JSON.stringify(await readHeader(query));
  const counts: Record<string, number> = {};
  for (const [table, columns] of await query(TABLES)) {
    const name = text(table);
    const names = Array.isArray(columns) ? columns.map(text) : [];
    yield JSON.stringify({ table: name, columns: names });
    counts[name] = 0;
    for await (const line of tableLines(query, name, names)) {
      counts[name] += 1;
      yield line;
    }
  }
  if ((counts['account'] ?? 0) + (counts['master_key'] ?? 0) === 0)
    throw new SetupError('The database holds no account and no master key: there is nothing to back up.');
  yield JSON.stringify({ rows: counts });
}

/** @throws SetupError for a database that no gateway has been started on. */
export const refuseWithoutTables = (ownerUrl: string): Promise<void> =>
  withOwner(ownerUrl, async (owner) => {
    const { rowCount } = await owner.query("SELECT 1 WHERE to_regclass('public.master_key') IS NOT NULL");
    if (rowCount === 0)
      throw new SetupError(
        'The database has no tables of Portcullis: there is nothing to back up. Check DATABASE_URL.',
      );
  });

/**
 * Reads everything in one snapshot while gateways keep running.
 * @param operatorUrl the role whose policies show it every row.
 * @throws SetupError when it would not see every row, or there is none.
 */
export async function* backupLines(operatorUrl: string): AsyncGenerator<string> {
  const client = new Client(ownerConnection(await primaryUrl(operatorUrl)));
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${UNLIMIT_TRANSACTION}; ${STATE_OWNER_SETTINGS}`,
    );
    yield* allLines(async (statement) => {
      const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' });
      return rows;
    });
  } finally {
    await client.end();
  }
}
