/** The SQL that makes a table an account's table: forced row level security, one flat policy a role, grants, audit. For migrations. */
import { ROLE_NAMES } from './roles';

export * from './indexes';

const { tenant, operator } = ROLE_NAMES;

/** The account of the transaction. After one SET LOCAL the setting is '' rather than NULL, hence nullif. */
const CURRENT_ACCOUNT = "nullif(current_setting('app.account_id', true), '')::uuid";

export type TablePrivilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

export interface Protection {
  /** What the tenant role may do; the policy still limits it to its account. */
  readonly tenant: readonly TablePrivilege[];
  readonly operator: readonly TablePrivilege[];
  /** The column that names the account. */
  readonly accountColumn?: 'account_id' | 'id';
}

/** A table whose rows are their own record while they are open: beginning and ending one needs no event. */
interface OwnRecord {
  readonly column: string;
  /** The column's value while a row is open. */
  readonly open: string;
  /** What ending a row may change besides; a change of anything else is an event. */
  readonly closing: readonly string[];
}

/** All there are; start-up refuses a conditional trigger on any other table. */
export const OWN_RECORDS: Readonly<Record<string, OwnRecord>> = {
  run: { column: 'status', open: 'STARTED', closing: ['output', 'error', 'finished_at', 'updated_at', 'version'] },
};

/** Tables of accounts that have no audit trigger, and why; start-up refuses every other table that has none. */
export const UNAUDITED: Readonly<Record<string, string>> = {
  audit_event: 'is the record',
  audit_checkpoint: 'is signed, and can only be added to',
  audit_denial: 'counts what was refused, and changes no row',
  account_access: 'is the record of what master keys did',
  idempotency: 'repeats the answer to a change that is itself on the record',
  key_use: 'tells when a key was last used, and changes with every use',
  key_usage: 'counts what a key is used for, and changes with every use',
};

/** The tables that are the record; nothing may stand between a statement and their rows. */
export const RECORDS: readonly string[] = [
  'audit_event',
  'audit_checkpoint',
  'audit_denial',
  'account_access',
  'master_access',
];

/** The name of a table's rows in the record. */
export const typeName = (table: string): string =>
  table.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * The statement that puts a table on the record, without its columns of bytes (hashes, ciphertexts).
 * @param accountColumn null for a table of the platform's.
 */
export function auditTable(table: string, accountColumn: string | null): string {
  const own = OWN_RECORDS[table];
  const ownRecord = own ? `'${JSON.stringify(own)}'::jsonb` : 'NULL';
  return `SELECT audit_attach('${table}', '${typeName(table)}', '${accountColumn ?? ''}', '{}', ${ownRecord})`;
}

const EVERYTHING: readonly TablePrivilege[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** Statements to run after `create table`. */
export function protectTable(
  table: string,
  { tenant: forTenant, operator: forOperator, accountColumn = 'account_id' }: Protection = {
    tenant: EVERYTHING,
    operator: EVERYTHING,
  },
): string[] {
  const grant = (role: string, privileges: readonly TablePrivilege[]): string[] =>
    privileges.length === 0 ? [] : [`GRANT ${privileges.join(', ')} ON ${table} TO ${role}`];
  const own = `${accountColumn} = ${CURRENT_ACCOUNT}`;
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY tenant_rows ON ${table} TO ${tenant} USING (${own}) WITH CHECK (${own})`,
    `CREATE POLICY operator_rows ON ${table} TO ${operator} USING (true) WITH CHECK (true)`,
    ...grant(tenant, forTenant),
    ...grant(operator, forOperator),
    ...(table in UNAUDITED ? [] : [auditTable(table, accountColumn)]),
  ];
}

/** The columns that every row of an account has, with its key. */
export const accountColumns = `
    account_id uuid NOT NULL REFERENCES account (id),
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    deletion_id uuid,
    PRIMARY KEY (account_id, id)`;

/** Lets the owner's SECURITY DEFINER functions see the table: with FORCE they too are subject to the policies. */
export const ownerPolicy = (table: string): string =>
  `CREATE POLICY owner_rows ON ${table} TO current_user USING (true) WITH CHECK (true)`;
