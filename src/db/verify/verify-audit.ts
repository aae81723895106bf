/** Start-up's and readiness' question to the database: is every change of an account's rows recorded? */
import { AUDIT_FUNCTIONS, AUDIT_SETTINGS } from '../setup/audit-trigger';
import { RECORDS, UNAUDITED } from '../setup/protect';
import { triggerFaults, TRIGGERS } from './verify-triggers';

type Ask = (text: string) => Promise<unknown[][]>;

/** Of pg_trigger.tgtype: fires for each row on INSERT, DELETE and UPDATE; fires on TRUNCATE. */
const EVERY_CHANGE = 4 | 8 | 16;
const TRUNCATE = 32;

const WORKING = "t.tgenabled = 'A' AND t.tgattr = ''::int2vector AND c.relhastriggers";

const fired = (name: keyof typeof AUDIT_FUNCTIONS, events: number): string => `
         (SELECT coalesce(bit_or(t.tgtype::int), 0) & ${events} FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
           WHERE t.tgrelid = c.oid AND f.proname = '${name}' AND f.pronamespace = 'public'::regnamespace AND ${WORKING})`;

/**
 * Every table with an account_id, account itself, the keys of masters and the records: which changes fire, whether it
 * outlives a crash, and what stands between a statement and its rows.
 */
const TABLES = `
  SELECT c.relname::text,${fired('audit_row', EVERY_CHANGE)},${fired('audit_refuse_truncate', TRUNCATE)},
         c.relpersistence = 'p',
         (SELECT string_agg(i.inhrelid::regclass::text, ', ') FROM pg_inherits i WHERE i.inhparent = c.oid),
         (SELECT string_agg(r.rulename, ', ') FROM pg_rewrite r WHERE r.ev_class = c.oid),
         (SELECT string_agg(t.tgname, ', ') FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
           WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND f.proname <> 'audit_refuse_truncate')
    FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
     AND (c.relname IN ('account', 'master_key', ${RECORDS.map((name) => `'${name}'`).join(', ')}) OR EXISTS (
           SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped))`;

const FUNCTIONS = `
  SELECT f.proname::text, f.prosrc, f.prosecdef, array_to_string(f.proconfig, '; ') FROM pg_proc f
   WHERE f.pronamespace = 'public'::regnamespace AND f.proname LIKE 'audit\\_%'`;

const PRIVILEGES = `
  SELECT c.relname::text FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'audit\\_%' AND c.relkind IN ('r', 'p')
     AND has_table_privilege(current_user, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')`;

function tableFaults([name, changes, truncate, lasts, children, rules, others]: readonly unknown[]): string[] {
  const table = String(name);
  const isRecord = RECORDS.includes(table);
  if (table in UNAUDITED && !isRecord) return [];
  const faults: string[] = [];
  const fault = (found: unknown, words: string): void => {
    if (found) faults.push(`the table ${table} ${words}`);
  };
  fault(
    !isRecord && (changes !== EVERY_CHANGE || truncate !== TRUNCATE),
    'has no working audit trigger for every change; create it with audit_attach(), or run: ALTER TABLE ' +
      `${table} ENABLE ALWAYS TRIGGER for each of its audit triggers`,
  );
  fault(
    isRecord && truncate !== TRUNCATE,
    `of the record can be truncated; run: ALTER TABLE ${table} ENABLE ALWAYS TRIGGER audit_truncate`,
  );
  fault(
    isRecord && others,
    `of the record has a trigger that could change or drop events (${String(others)}); drop it`,
  );
  fault(rules, `has a rule that could divert what is written (${String(rules)}); drop it and start the gateway again`);
  fault(children, `has children whose rows would be on no record (${String(children)}); run: ALTER TABLE … NO INHERIT`);
  fault(lasts !== true, `would be empty after a crash; run: ALTER TABLE ${table} SET LOGGED`);
  return faults;
}

function functionFaults(rows: readonly unknown[][]): string[] {
  return Object.entries(AUDIT_FUNCTIONS).flatMap(([name, body]) => {
    const [found, ...others] = rows.filter((row) => row[0] === name);
    const settings = name === 'audit_row' ? AUDIT_SETTINGS.map((one) => one.join('=')).join('; ') : null;
    const whole =
      found?.[1] === body && found[2] === (name === 'audit_row') && found[3] === settings && others.length === 0;
    return whole
      ? []
      : [`the function ${name}() is not the one that this release records with; run its migrations again`];
  });
}

/** Why the record would have holes; empty when all is well. */
export async function findAuditFaults(ask: Ask): Promise<string[]> {
  const [tables, triggers, functions] = await Promise.all([ask(TABLES), ask(TRIGGERS), ask(FUNCTIONS)]);
  return [...tables.flatMap(tableFaults), ...triggers.flatMap(triggerFaults), ...functionFaults(functions)];
}

/** Whether this role could change the record itself. */
export async function findAuditPrivileges(ask: Ask): Promise<string[]> {
  const tables = await ask(PRIVILEGES);
  return tables.map(
    ([name]) =>
      `the table ${String(name)} of the audit record can be changed by the gateway; revoke everything but SELECT`,
  );
}
