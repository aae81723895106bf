/** Many rows of one account's table in one statement: they travel as one JSON parameter, read with the table's own type. */
import type { Transaction } from '../transaction';
import { columnOf, type Table } from './table';

/** Values by property. Bytes are given as they are. */
type Values = Readonly<Record<string, unknown>>;

/** What was changed, and the version that it is at now. */
export interface Changed {
  readonly id: string;
  readonly version: number;
}

const MOST_ROWS = 500;

const plainName = (sql: string): string => sql.slice(1, -1).replaceAll('""', '"');

/** PostgreSQL's notation of bytes in JSON. */
const stored = (value: unknown): unknown => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value);

const json = (table: Table, rows: readonly Values[]): string =>
  JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([property, value]) => [plainName(columnOf(table, property).sql), stored(value)]),
      ),
    ),
  );

function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += MOST_ROWS) yield all.slice(start, start + MOST_ROWS);
}

const changed = (rows: readonly unknown[][]): Changed[] =>
  rows.map(([id, version]) => ({ id: String(id), version: Number(version) }));

/** Rows that name the same properties, together. */
function alike(rows: readonly Values[]): Values[][] {
  const groups = new Map<string, Values[]>();
  for (const row of rows) {
    const shape = Object.keys(row).sort().join();
    const known = groups.get(shape);
    if (known) known.push(row);
    else groups.set(shape, [row]);
  }
  return [...groups.values()];
}

const properties = (rows: readonly Values[]): string[] => Object.keys(rows[0] ?? {}).sort();

/** Adds rows of the account; absent columns get the table's defaults. */
export async function insertMany(
  transaction: Transaction,
  table: Table,
  accountId: string,
  rows: readonly Values[],
): Promise<void> {
  for (const group of alike(rows)) {
    const columns = properties(group).map((property) => columnOf(table, property).sql);
    const text = `INSERT INTO ${table.sql} ("account_id", ${columns.join(', ')})
      SELECT $1::uuid, ${columns.map((column) => `r.${column}`).join(', ')} FROM jsonb_populate_recordset(NULL::${table.sql}, $2::jsonb) r`;
    for (const chunk of chunks(group)) await transaction.read({ text }, [accountId, json(table, chunk)]);
  }
}

/** Changes what each row names besides its id; versions grow by one. Rows that are gone are not among the answer. */
export async function updateMany(
  transaction: Transaction,
  table: Table,
  accountId: string,
  rows: readonly (Values & { readonly id: string })[],
): Promise<Changed[]> {
  const done: Changed[] = [];
  for (const group of alike(rows)) {
    const columns = properties(group).filter((property) => property !== 'id');
    const set = columns.map((property) => `${columnOf(table, property).sql} = r.${columnOf(table, property).sql}`);
    const text = `UPDATE ${table.sql} t
         SET ${[...set, 'version = t.version + 1', 'updated_at = now()'].join(', ')}
        FROM jsonb_populate_recordset(NULL::${table.sql}, $2::jsonb) r
       WHERE t."account_id" = $1 AND t.id = r.id RETURNING t.id, t.version`;
    for (const chunk of chunks(group)) {
      done.push(...changed(await transaction.read({ text }, [accountId, json(table, chunk)])));
    }
  }
  return done;
}

/** Removes the links of rows. */
export async function unlinkMany(
  transaction: Transaction,
  through: Table,
  near: string,
  accountId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const text = `DELETE FROM ${through.sql} t WHERE t."account_id" = $1 AND t.${columnOf(through, near).sql} = ANY($2::uuid[])`;
  await transaction.read({ text }, [accountId, ids]);
}
