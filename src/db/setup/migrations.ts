/**
 * Migrations: frozen SQL, one file per change, forward only. docs/migrations.md explains how to write one. Applied
 * migrations are in the table `migrations`, with a checksum of their text.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { projectFile } from '../../util/project-file';
import { identifier, literal, type RoleNames } from './roles';
import { SetupError } from './setup-error';
import { messageOf } from '../../util/message-of';

export interface Migration {
  /** The file name without `.sql`: `2000-baseline`. */
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const FILE = /^(\d{4}-[a-z0-9-]+)\.sql$/;

/** All migrations in order. @throws Error when a file in the folder is not named like a migration. */
export function readMigrations(folder = projectFile('migrations')): Migration[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => {
    const name = FILE.exec(file)?.[1];
    if (name === undefined) throw new Error(`migrations/${file} is not a migration name like 2310-what-it-does.sql`);
    const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

/**
 * `{{tenant}}` is the role's name as an identifier, `{{tenant:literal}}` as text; likewise operator, restricted and
 * owner.
 */
export function withRoles(sql: string, names: RoleNames & { readonly owner: string }): string {
  const roles: Readonly<Record<string, string>> = names;
  return sql.replace(/\{\{(\w+)(:literal)?\}\}/g, (placeholder, role: string, asText: string | undefined) => {
    const name = roles[role];
    if (name === undefined)
      throw new Error(`${placeholder} is not a placeholder: use tenant, operator, restricted or owner`);
    return asText === undefined ? identifier(name) : literal(name);
  });
}

/** The first build kept sixteen migrations in TypeORM's table; together they are the baseline. */
const FIRST_BUILD = [
  'Audit1000000000000',
  'Foundation1000000000001',
  'AgentsAndTools1010000000001',
  'ServersSchedulesRuns1100000000001',
  'Idempotency1110000000001',
  'SecretsKey1200000000001',
  'ListIndexes1210000000001',
  'KeyWatch1300000000001',
  'KeyUse1310000000001',
  'MasterAccess1320000000001',
  'RateLimit1330000000001',
  'ConfigurationImports1500000000001',
  'AccessRecord1600000000001',
  'ListsByIndex1700000000001',
  'RecordsByIndex1710000000001',
  'AuditWalls1740000000001',
];

const HISTORY = `
  CREATE TABLE public.migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz(3) NOT NULL DEFAULT now()
  );
  ALTER TABLE public.migrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  CREATE POLICY operator_rows ON public.migrations TO {{operator}} USING (true) WITH CHECK (true);
  CREATE POLICY owner_rows ON public.migrations TO {{owner}} USING (true) WITH CHECK (true);
  GRANT SELECT ON public.migrations TO {{operator}};`;

const COLUMNS = `
  SELECT attname::text AS name FROM pg_attribute
   WHERE attrelid = to_regclass('public.migrations') AND attnum > 0 AND NOT attisdropped`;

/** The work to do on a database; none of it has been done yet. */
interface MigrationPlan {
  /** `current`: the table of migrations already has this release's form. */
  readonly history: 'none' | 'first-build' | 'current';
  readonly pending: readonly Migration[];
}

const refusal = (words: string): SetupError =>
  new SetupError(`${words} Nothing was changed. Use the release that belongs to this database, or restore a backup.`);

/** Many tools use a table of this name. */
const foreignTable = (names: readonly string[]): SetupError =>
  new SetupError(
    `The table migrations of the schema public is another product's${names.length > 0 ? ` (it lists ${names.slice(0, 3).join(', ')})` : ''}. Nothing was changed. Give Portcullis a database of its own: CREATE DATABASE portcullis.`,
  );

function planFirstBuild(names: readonly string[], [baseline, ...rest]: readonly Migration[]): MigrationPlan {
  const unknown = names.filter((name) => !FIRST_BUILD.includes(name));
  if (unknown.length === names.length) throw foreignTable(names);
  const missing = FIRST_BUILD.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw refusal(`The database has migrations that Portcullis does not know: ${unknown.join(', ')}.`);
  if (missing.length > 0)
    throw refusal(
      `The database was created by a version before 0.1.0; these migrations of 0.1.0 never ran: ${missing.join(', ')}.`,
    );
  if (!baseline) throw new Error('There is no baseline');
  return { history: 'first-build', pending: rest };
}

/**
 * Compares the applied migrations with the available ones.
 * @throws SetupError when the database has migrations that this release does not have, that it has with another text,
 *   or that follow one that never ran.
 */
export async function planMigrations(owner: Client, migrations: readonly Migration[]): Promise<MigrationPlan> {
  const columns = (await owner.query<{ name: string }>(COLUMNS)).rows.map(({ name }) => name);
  if (columns.length === 0) return { history: 'none', pending: migrations };
  if (!columns.includes('name')) throw foreignTable([]);
  if (!columns.includes('checksum')) {
    const { rows } = await owner.query<{ name: string }>('SELECT name FROM public.migrations');
    return planFirstBuild(
      rows.map(({ name }) => name),
      migrations,
    );
  }
  const { rows } = await owner.query<{ name: string; checksum: string }>(
    'SELECT name, checksum FROM public.migrations ORDER BY name',
  );
  for (const [index, { name, checksum }] of rows.entries()) {
    const migration = migrations.find((each) => each.name === name);
    if (!migration)
      throw refusal(
        `The database has the migration ${name}, which this release does not have: a newer release created it.`,
      );
    if (migration.checksum !== checksum)
      throw refusal(
        `migrations/${name}.sql was edited after it ran on this database: migrations must never be edited.`,
      );
    const expected = migrations[index]?.name ?? '';
    if (expected !== name)
      throw refusal(`The migration ${expected} never ran on this database, but ${name}, which comes after it, did.`);
  }
  return { history: 'current', pending: migrations.slice(rows.length) };
}

async function record(owner: Client, { name, checksum }: Migration): Promise<void> {
  await owner.query('INSERT INTO public.migrations (name, checksum) VALUES ($1, $2)', [name, checksum]);
}

/** Creates the table of migrations, or converts the first build's table. */
async function prepareHistory(owner: Client, { history }: MigrationPlan, fill: (sql: string) => string): Promise<void> {
  if (history === 'current') return;
  if (history === 'first-build') await owner.query('DROP TABLE public.migrations');
  await owner.query(fill(HISTORY));
}

/**
 * Runs pending migrations within the caller's transaction.
 * @param migrations all of them, the first being the baseline.
 * @throws SetupError naming the migration when one fails.
 */
export async function applyMigrations(
  owner: Client,
  plan: MigrationPlan,
  migrations: readonly Migration[],
  fill: (sql: string) => string,
): Promise<void> {
  await prepareHistory(owner, plan, fill);
  const [baseline] = migrations;
  if (plan.history === 'first-build' && baseline) await record(owner, baseline);
  for (const migration of plan.pending) {
    try {
      await owner.query(fill(migration.sql));
    } catch (error) {
      throw explainFailure(migration, error);
    }
    await record(owner, migration);
  }
}

/** PostgreSQL's name for an error. */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

function explainFailure({ name }: Migration, error: unknown): unknown {
  const message = messageOf(error);
  // Duplicate table, function or policy: the schema holds an object that no migration of ours created.
  if (['42P07', '42723', '42710'].includes(String(codeOf(error))))
    return new SetupError(
      `The schema public holds something that Portcullis did not make (${message}). Nothing was changed. Give it a database of its own: CREATE DATABASE portcullis.`,
    );
  if (codeOf(error) === '42501')
    return new SetupError(
      `The migration ${name} lacks a privilege that it needs (${message}). Nothing was changed. DATABASE_URL must connect as the owner of the database and of its tables.`,
    );
  // A migration's own message about data that it does not decide about.
  if (codeOf(error) === 'P0001') return new SetupError(`${message} Nothing was changed.`);
  return error;
}
