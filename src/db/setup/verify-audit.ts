/** Start-up's and readiness' question to the database: is every change of an account's rows recorded? */
import { AUDIT_FUNCTIONS } from './audit-trigger';
import { OWN_RECORDS, UNAUDITED } from './protect';

type Ask = (text: string) => Promise<unknown[][]>;

/** Of pg_trigger.tgtype: fires for each row on INSERT, DELETE and UPDATE; fires on TRUNCATE. */
const EVERY_CHANGE = 4 | 8 | 16;
const TRUNCATE = 32;

const triggers = (name: keyof typeof AUDIT_FUNCTIONS, condition: string): string => `
  FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
 WHERE t.tgrelid = c.oid AND f.proname = '${name}' AND f.pronamespace = 'public'::regnamespace AND ${condition}`;

const WORKING = "t.tgenabled = 'A' AND t.tgattr = ''::int2vector";

/** Every table with an account_id, account itself and the keys of masters: which changes fire, and what would be told. */
const TABLES = `
  SELECT c.relname::text,
         (SELECT coalesce(bit_or(t.tgtype::int), 0) & ${EVERY_CHANGE} ${triggers('audit_row', WORKING)}),
         (SELECT coalesce(bit_or(t.tgtype::int), 0) & ${TRUNCATE} ${triggers('audit_refuse_truncate', WORKING)}),
         EXISTS (SELECT ${triggers('audit_row', 't.tgqual IS NOT NULL')}),
         (SELECT string_agg(a.attname, ', ') FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'bytea'::regtype
             AND EXISTS (SELECT ${triggers('audit_row', "position(convert_to(a.attname, 'UTF8') IN t.tgargs) = 0")}))
    FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
     AND (c.relname IN ('account', 'master_key') OR EXISTS (
           SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped))`;

const FUNCTIONS = `
  SELECT f.proname::text, f.prosrc, f.prosecdef FROM pg_proc f
   WHERE f.pronamespace = 'public'::regnamespace AND f.proname LIKE 'audit\\_%'`;

const PRIVILEGES = `
  SELECT c.relname::text FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'audit\\_%' AND c.relkind IN ('r', 'p')
     AND has_table_privilege(current_user, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')`;

function tableFaults([name, changes, truncate, conditional, told]: readonly unknown[]): string[] {
  const table = String(name);
  if (table in UNAUDITED) return [];
  const faults: string[] = [];
  if (changes !== EVERY_CHANGE || truncate !== TRUNCATE)
    faults.push(
      `the table ${table} has no working audit trigger for every change; create it with audit_attach(), or run: ALTER TABLE ${table} ENABLE ALWAYS TRIGGER for each of its audit triggers`,
    );
  if (conditional === true && !(table in OWN_RECORDS))
    faults.push(`the audit trigger of the table ${table} fires under a condition; create it with audit_attach()`);
  if (typeof told === 'string')
    faults.push(
      `the audit trigger of the table ${table} would record its bytes (${told}); create it anew with audit_attach()`,
    );
  return faults;
}

function functionFaults(rows: readonly unknown[][]): string[] {
  return Object.entries(AUDIT_FUNCTIONS).flatMap(([name, body]) => {
    const [found, ...others] = rows.filter((row) => row[0] === name);
    const whole = found?.[1] === body && (name !== 'audit_row' || found[2] === true) && others.length === 0;
    return whole
      ? []
      : [`the function ${name}() is not the one that this release records with; run its migrations again`];
  });
}

/** Why the record would have holes; empty when all is well. */
export async function findAuditFaults(ask: Ask): Promise<string[]> {
  const [tables, functions] = await Promise.all([ask(TABLES), ask(FUNCTIONS)]);
  return [...tables.flatMap(tableFaults), ...functionFaults(functions)];
}

/** Whether this role could change the record itself. */
export async function findAuditPrivileges(ask: Ask): Promise<string[]> {
  const tables = await ask(PRIVILEGES);
  return tables.map(
    ([name]) =>
      `the table ${String(name)} of the audit record can be changed by the gateway; revoke everything but SELECT`,
  );
}
