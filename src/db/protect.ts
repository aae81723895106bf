/** The SQL that makes a table an account's table: forced row level security, one flat policy a role, grants. For migrations. */
import { ROLE_NAMES } from './roles';

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
