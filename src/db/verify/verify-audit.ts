/** Verifies at startup and for readiness that every change of an account's rows is audited. */
import { AUDIT_TABLES, UNAUDITED } from './audited-tables';
import { IN_SCHEMA, NOT_OF_EXTENSION_FUNCTION, OWNER, type Ask } from './catalog';
import { expectedSchema } from './expected-schema';
import { functionsOf, type RoleNormalizer } from './schema-dump';
import { triggerFaults, TRIGGERS } from './verify-triggers';

/** Bits of pg_trigger.tgtype: fires for each row on INSERT, DELETE and UPDATE; fires on TRUNCATE. */
const EVERY_CHANGE = 4 | 8 | 16;
const TRUNCATE = 32;
/** The events of the triggers that report starts and ends of runs: INSERT and UPDATE. */
const TRANSITIONS = 4 | 16;

const WORKING = "t.tgenabled = 'A' AND t.tgattr = ''::int2vector AND c.relhastriggers";

const fired = (name: string, events: number): string => `
         (SELECT coalesce(bit_or(t.tgtype::int), 0) & ${events} FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
           WHERE t.tgrelid = c.oid AND f.proname = '${name}' AND f.pronamespace = 'public'::regnamespace AND ${WORKING})`;

/**
 * Every audited table and the audit log itself: which changes fire, whether it survives a crash, and other triggers. A
 * trigger with a foreign function could leak rows.
 */
const TABLES = `
  SELECT c.relname::text,${fired('audit_row', EVERY_CHANGE)},${fired('audit_refuse_truncate', TRUNCATE)},
         c.relpersistence = 'p',
         (SELECT string_agg(t.tgname, ', ') FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
           WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND f.proname <> 'audit_refuse_truncate'),
         (SELECT string_agg(t.tgname, ', ') FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
           WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND NOT (f.proowner = ${OWNER} AND f.pronamespace = 'public'::regnamespace)),
         c.relname IN ('account', 'master_key', ${AUDIT_TABLES.map((name) => `'${name}'`).join(', ')}) OR EXISTS (
           SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped),${fired('note_run_transition', TRANSITIONS)}
    FROM pg_class c WHERE ${IN_SCHEMA} AND c.relkind IN ('r', 'p') ORDER BY 1`;

/**
 * The owner's functions that run with the owner's rights: all in this schema; in others, those that name a table of
 * ours.
 */
const DEFINERS = `
  SELECT p.oid::regprocedure::text, p.pronamespace = 'public'::regnamespace, p.proname::text
    FROM pg_proc p
   WHERE p.prosecdef AND p.proowner = ${OWNER} AND ${NOT_OF_EXTENSION_FUNCTION}
     AND (p.pronamespace = 'public'::regnamespace OR EXISTS (
           SELECT 1 FROM pg_class c WHERE ${IN_SCHEMA} AND c.relkind IN ('r', 'p') AND p.prosrc ~ ('\\m' || c.relname || '\\M')))
   ORDER BY 1`;

function tableFaults(row: readonly unknown[]): string[] {
  const [name, changes, truncate, lasts, triggers, foreign, isAudited, transitions] = row;
  const table = String(name);
  const isLog = AUDIT_TABLES.includes(table);
  const faults: string[] = [];
  const fault = (isFault: boolean, words: string): void => {
    if (isFault) faults.push(`the table ${table} ${words}`);
  };
  fault(foreign !== null, `has a trigger that runs a function of somebody else's (${String(foreign)}); drop it`);
  fault(
    table === 'run' && transitions !== TRANSITIONS,
    'does not report every start and end of a run to subscribers; run: ALTER TABLE run ENABLE ALWAYS TRIGGER run_transition_insert, ENABLE ALWAYS TRIGGER run_transition_update',
  );
  if (isAudited !== true || (table in UNAUDITED && !isLog)) return faults;
  fault(
    !isLog && (changes !== EVERY_CHANGE || truncate !== TRUNCATE),
    'has no working audit trigger for every change; create it with audit_attach(), or run: ALTER TABLE ' +
      `${table} ENABLE ALWAYS TRIGGER for each of its audit triggers`,
  );
  fault(
    isLog && truncate !== TRUNCATE,
    `of the audit log can be truncated; run: ALTER TABLE ${table} ENABLE ALWAYS TRIGGER audit_truncate`,
  );
  fault(
    isLog && triggers !== null,
    `of the audit log has a trigger that could change or drop events (${String(triggers)}); drop it`,
  );
  fault(lasts !== true, `would be empty after a crash; run: ALTER TABLE ${table} SET LOGGED`);
  return faults;
}

/** Functions that differ from schema/database.sql, and others that run with the owner's rights. */
function functionFaults(functions: ReadonlyMap<string, string>, definers: readonly unknown[][]): string[] {
  const expected = expectedSchema().functions;
  const nameOf = (signature: string): string => signature.slice(0, signature.indexOf('('));
  const changed = [...expected].filter(([name, definition]) => {
    const definitions = [...functions].filter(([signature]) => nameOf(signature) === name);
    return definitions.length !== 1 || definitions[0]?.[1] !== definition;
  });
  const strange = definers.filter(([, isPublic, name]) => isPublic !== true || !expected.has(String(name)));
  return [
    ...changed.map(
      ([name]) =>
        `the function ${name}() is not the one of this release; restore it from schema/database.sql, or drop what has its name`,
    ),
    ...strange.map(
      ([signature]) =>
        `the function ${String(signature)} runs with the rights of the tables' owner; run: ALTER FUNCTION ${String(signature)} SECURITY INVOKER, or drop it`,
    ),
  ];
}

/** Why changes could go unaudited, or functions do what no migration says; empty when all is well. */
export async function findAuditFaults(ask: Ask, normalizer: RoleNormalizer): Promise<string[]> {
  const tables = await ask(TABLES);
  const triggers = await ask(TRIGGERS);
  const functions = await functionsOf(ask, normalizer);
  const definers = await ask(DEFINERS);
  return [...tables.flatMap(tableFaults), ...triggers.flatMap(triggerFaults), ...functionFaults(functions, definers)];
}
