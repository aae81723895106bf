/** Verifies that every audit trigger always reports its whole row: compares its definition with audit_attach(). */
import { OWN_RECORDS, typeName } from './audited-tables';

const COLUMNS = 'FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped';

/**
 * One row per trigger: its arguments, its condition, whether INSERT or UPDATE fires it; its table's key and columns.
 */
export const TRIGGERS = `
  SELECT c.relname::text, encode(t.tgargs, 'escape'),
         CASE WHEN t.tgqual IS NOT NULL
              THEN coalesce(substring(replace(pg_get_triggerdef(t.oid), '"', '') FROM ' WHEN \\(\\((.*)\\)\\) EXECUTE FUNCTION '), '') END,
         t.tgtype & 4 <> 0, t.tgtype & 16 <> 0,
         (SELECT string_agg(a.attname, ',' ORDER BY k.place)
            FROM pg_index i CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
           WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname <> 'account_id'),
         (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) ${COLUMNS}),
         (SELECT string_agg(a.attname, ',' ORDER BY a.attnum) ${COLUMNS} AND a.atttypid = 'bytea'::regtype)
    FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
   WHERE c.relnamespace = 'public'::regnamespace AND f.proname = 'audit_row'
     AND f.pronamespace = 'public'::regnamespace`;

interface Table {
  readonly name: string;
  /** Joined by commas, like the others. */
  readonly columns: string;
  readonly bytes: string;
  readonly key: string;
}

const has = (table: Table, column: string): boolean => table.columns.split(',').includes(column);

/** As pg_trigger has them: each terminated by a zero byte. */
function argumentsOf(table: Table): string {
  const column = table.name === 'account' ? 'id' : has(table, 'account_id') ? 'account_id' : '';
  const isUsual = column === 'account_id' && table.key === 'id' && table.bytes === '' && has(table, 'deleted_at');
  const given = [typeName(table.name), column, table.key, `{${table.bytes}}`, isUsual ? 'usual' : ''];
  return given.map((argument) => `${argument}\\000`).join('');
}

/** The condition under which a row's removal is covered by a batch's event, as PostgreSQL prints it. */
function batchCondition(table: Table): string | null {
  const [first = ''] = table.key.split(',');
  if (!has(table, 'account_id') || !/(^|_)id$/.test(first)) return null;
  const type = typeName(first === 'id' ? table.name : first.slice(0, -'_id'.length));
  return `NOT audit_in_batch(old.account_id, '${type}'::text, old.${first})`;
}

/** The condition under which a change of a self-documenting table writes no event, as PostgreSQL prints it. */
function conditionOf(table: Table, onInsert: boolean, onUpdate: boolean): string | null {
  const { name, columns } = table;
  const own = OWN_RECORDS[name];
  if (!onInsert && !onUpdate) return batchCondition(table);
  if (!own || onInsert === onUpdate) return null;
  if (onInsert) return `new.${own.column} IS DISTINCT FROM '${own.open}'::text`;
  const kept = columns.split(',').filter((column) => column !== own.column && !own.closing.includes(column));
  const closed = [
    `(old.${own.column} = '${own.open}'::text)`,
    `(new.${own.column} <> '${own.open}'::text)`,
    ...kept.map((column) => `(NOT (old.${column} IS DISTINCT FROM new.${column}))`),
  ];
  return `NOT (${closed.join(' AND ')})`;
}

/** @param row a row of TRIGGERS. */
export function triggerFaults(row: readonly unknown[]): string[] {
  const [name, given, condition, onInsert, onUpdate, key, columns, bytes] = row;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const table = { name: text(name), key: text(key), columns: text(columns), bytes: text(bytes) };
  const remedy = 'drop it and create it again with audit_attach()';
  const faults: string[] = [];
  if (condition !== null && condition !== conditionOf(table, onInsert === true, onUpdate === true))
    faults.push(`an audit trigger of the table ${table.name} fires under a condition; ${remedy}`);
  const hidden = /\{(.*)\}/.exec(text(given))?.[1] ?? '';
  const shown = table.bytes.split(',').filter((column) => column !== '' && !hidden.split(',').includes(column));
  if (shown.length > 0)
    faults.push(`an audit trigger of the table ${table.name} would record its bytes (${shown.join(', ')}); ${remedy}`);
  else if (given !== argumentsOf(table))
    faults.push(
      `an audit trigger of the table ${table.name} does not record the whole row under its own name; ${remedy}`,
    );
  return faults;
}
