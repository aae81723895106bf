/** Which tables the audit log covers: those without an audit trigger, and why; those that are the log itself. */

/** A table whose rows record their own start and end, which therefore need no audit event. */
interface OwnRecord {
  readonly column: string;
  /** The column's value while a row is open. */
  readonly open: string;
  /** What else ending a row may change; a change of anything else is an event. */
  readonly closing: readonly string[];
}

/** The complete list; startup refuses a conditional trigger on any other table. */
export const OWN_RECORDS: Readonly<Record<string, OwnRecord>> = {
  run: { column: 'status', open: 'STARTED', closing: ['output', 'error', 'finished_at', 'updated_at', 'version'] },
};

/** Account tables without an audit trigger, and why; startup refuses any other table without one. */
export const UNAUDITED: Readonly<Record<string, string>> = {
  audit_event: 'is the audit log',
  audit_image: 'holds the images of the audit log',
  audit_checkpoint: 'is signed, and can only be added to',
  audit_denial: 'counts what was refused, and changes no row',
  account_access: 'is the log of what master keys did',
  idempotency: 'stores the answer to a change, which is itself audited',
  schedule_firing: 'says which firings dispatchers hold; that a schedule advanced is audited',
  retention_batch: 'names the rows that a batch of retention removes, as does the event of the batch',
  access_decision: 'counts what was decided, and changes no row',
  run_transition: 'repeats the starts and ends of runs for subscribers',
  key_use: 'says when a key was last used, and changes with every use',
  key_usage: 'counts what a key is used for, and changes with every use',
  webhook_state: 'is the delivery position, which changes with each delivery',
  webhook_delivery: 'is the log of deliveries, and changes no row',
};

/** The tables of the audit log; nothing may come between a statement and their rows. */
export const AUDIT_TABLES: readonly string[] = [
  'audit_event',
  'audit_image',
  'audit_checkpoint',
  'audit_denial',
  'account_access',
  'master_access',
];

/** The type of a table's rows in the audit log. */
export const typeName = (table: string): string =>
  table.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
