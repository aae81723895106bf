/** Fills an empty database from a backup: migrations up to the backup's, then its rows, all or nothing. */
import type { Client } from 'pg';
import { IN_SCHEMA } from '../verify/catalog';
import { endLine, header, ROWS_AT_ONCE, tableLine, type BackupHeader } from './backup';
import { setUp, type RoleSettings } from './migrate';
import { readMigrations, type Migration } from './migrations';
import { asOwner } from './owner';
import { SetupError } from './setup-error';

const damaged = (why: string): SetupError =>
  new SetupError(`The backup cannot be restored: ${why}. Nothing was changed.`);

/** @throws SetupError when the backup's release is unknown to this one. */
function migrationsOf({ migrations: applied }: BackupHeader): Migration[] {
  const migrations = readMigrations().slice(0, applied.length);
  for (const [index, { name, checksum }] of applied.entries()) {
    const migration = migrations[index];
    if (migration?.name !== name || migration.checksum !== checksum)
      throw damaged(`it was created by another release, whose migration ${name} this release does not have`);
  }
  return migrations;
}

/** Rows read per table, which must equal the counts at the end of the backup. */
type Counts = Record<string, number>;

interface Columns {
  readonly all: readonly string[];
  /** Except columns that PostgreSQL computes. */
  readonly stored: readonly string[];
}

class Loader {
  readonly counts: Counts = {};
  #table = '';
  #rows: string[] = [];

  constructor(
    private readonly owner: Client,
    /** The name of the database. */
    private readonly columns: ReadonlyMap<string, Columns>,
  ) {}

  async begin(table: string, columns: readonly string[]): Promise<void> {
    await this.flush();
    if (this.columns.get(table)?.all.join() !== columns.join())
      throw damaged(`its table ${table} has different columns`);
    this.#table = table;
    this.counts[table] = 0;
  }

  async add(row: string): Promise<void> {
    if (this.#table === '') throw damaged('a row comes before the first table');
    this.#rows.push(row);
    if (this.#rows.length === ROWS_AT_ONCE) await this.flush();
  }

  async flush(): Promise<void> {
    const rows = this.#rows.splice(0);
    if (rows.length === 0) return;
    const table = `public."${this.#table}"`;
    const stored = (this.columns.get(this.#table)?.stored ?? []).map((column) => `"${column}"`);
    await this.owner.query(
      `INSERT INTO ${table} (${stored.join(', ')}) SELECT ${stored.map((column) => `(p.r).${column}`).join(', ')} FROM (SELECT v::${table} AS r FROM unnest($1::text[]) AS v OFFSET 0) AS p`,
      [rows],
    );
    this.counts[this.#table] = (this.counts[this.#table] ?? 0) + rows.length;
  }
}

const COLUMNS = `
  SELECT c.relname::text AS table, array_agg(a.attname::text ORDER BY a.attnum) AS "all",
         array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS stored
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   WHERE ${IN_SCHEMA} AND c.relkind IN ('r', 'p') GROUP BY 1`;

/**
 * What keeps a backup's rows out of their tables, and how it is put back: policies bind the owner too, audit triggers
 * would write their own events, foreign keys require an order.
 */
const OBSTACLES = `
  SELECT format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', c.oid::regclass) AS down,
         format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', c.oid::regclass) AS up
    FROM pg_class c WHERE ${IN_SCHEMA} AND c.relforcerowsecurity
  UNION ALL
  SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', c.oid::regclass, t.tgname),
         format('ALTER TABLE %s ENABLE %s TRIGGER %I', c.oid::regclass, CASE t.tgenabled WHEN 'A' THEN 'ALWAYS' ELSE '' END, t.tgname)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE ${IN_SCHEMA} AND NOT t.tgisinternal AND t.tgenabled <> 'D'
  UNION ALL
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.oid::regclass, k.conname),
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.oid::regclass, k.conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE ${IN_SCHEMA} AND k.contype = 'f'`;

/** Foreign keys are restored while row level security is still off: their check has to see every row. */
async function withoutObstacles<T>(owner: Client, work: () => Promise<T>): Promise<T> {
  const { rows } = await owner.query<{ down: string; up: string }>(OBSTACLES);
  for (const { down } of rows) await owner.query(down);
  const result = await work();
  for (const { up } of rows.reverse()) await owner.query(up);
  return result;
}

async function load(owner: Client, lines: AsyncIterable<unknown>): Promise<Counts> {
  const { rows } = await owner.query<Columns & { table: string }>(COLUMNS);
  const loader = new Loader(owner, new Map(rows.map(({ table, ...columns }) => [table, columns])));
  let end: Counts | null = null;
  for await (const line of lines) {
    if (end) throw damaged('there is data after its end');
    const table = tableLine.safeParse(line);
    const last = endLine.safeParse(line);
    if (typeof line === 'string') await loader.add(line);
    else if (table.success) await loader.begin(table.data.table, table.data.columns);
    else if (last.success) end = last.data.rows;
    else throw damaged('it has a line that does not belong to a backup');
  }
  await loader.flush();
  if (!end) throw damaged('it was cut off');
  const [expected, loaded] = [end, loader.counts].map((counts) => JSON.stringify(Object.entries(counts).sort()));
  if (expected !== loaded) throw damaged('it does not contain the number of rows stated at its end');
  return loader.counts;
}

/**
 * @param lines the parsed lines of a backup.
 * @param checkKey refuses a secrets key that is not the backup's; called before anything is changed.
 * @returns the number of restored rows, by table.
 * @throws SetupError when the database is not empty, or the backup is damaged or from a newer release.
 */
export async function restoreLines(
  ownerUrl: string,
  settings: RoleSettings,
  lines: AsyncIterable<unknown>,
  checkKey: (storedKeyId: Buffer | null) => void,
): Promise<Counts> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = header.safeParse((await iterator.next()).value);
  if (!first.success) throw damaged('it was not written by "portcullis backup"');
  const migrations = migrationsOf(first.data);
  checkKey(first.data.secretsKeyId === null ? null : Buffer.from(first.data.secretsKeyId, 'hex'));
  return asOwner(ownerUrl, async (owner) => {
    const { rowCount } = await owner.query("SELECT 1 WHERE to_regclass('public.account') IS NOT NULL");
    if (rowCount !== 0)
      throw new SetupError(
        'A backup can only be restored into an empty database, and this one already has tables: create another.',
      );
    await setUp(owner, settings, migrations);
    return withoutObstacles(owner, () => load(owner, { [Symbol.asyncIterator]: () => iterator }));
  });
}
