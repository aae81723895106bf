/** Explains how PostgreSQL executes a list: the gateway's statements with their values, under the gateway's role. */
import { escapeLiteral, type Client } from 'pg';
import type { Database } from '../../src/db/database';

/** A statement as the gateway sent it. */
export interface Sent {
  readonly accountId: string | null;
  readonly text: string;
  readonly values: readonly unknown[];
  /** The settings of the transaction, for a key that is restricted to rows. */
  readonly settings: readonly string[];
}

/** Runs `work`. @returns the statements that the gateway sent in the meantime. */
export async function statementsOf(database: Database, work: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  const batch = database.batch.bind(database);
  database.batch = (...given) => {
    const [, accountId, queries, restriction] = given;
    const settings = restriction?.map(({ text }) => text) ?? [];
    sent.push(...queries.map(({ text, values }) => ({ accountId, text, values, settings })));
    return batch(...given);
  };
  try {
    await work();
  } finally {
    database.batch = batch;
  }
  return sent;
}

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly Node[];
}

export interface Explained {
  /** The index by which each table is read, or the scan if there is none. */
  readonly indexes: readonly string[];
  /** Rows that were read, including those that a condition removed. */
  readonly rowsRead: number;
  readonly rowsSorted: number;
  /** The tables that are read completely. */
  readonly scanned: readonly string[];
  readonly milliseconds: number;
}

/** A parameter as an SQL literal. */
export const literal = (value: unknown): string => {
  if (value === null || value === undefined) return 'NULL';
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`;
  if (Array.isArray(value)) return escapeLiteral(`{${value.map((item) => JSON.stringify(item)).join()}}`);
  if (typeof value === 'number' || typeof value === 'boolean') return `'${value}'`;
  if (typeof value === 'string') return escapeLiteral(value);
  throw new TypeError('A parameter is text, a number, a boolean, bytes or a list of them');
};

const all = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(all)];
const rows = (node: Node): number => node['Actual Rows'] * node['Actual Loops'];
const isSort = (node: Node): boolean => /Sort/.test(node['Node Type']);

function read(plan: Node, milliseconds: number): Explained {
  const nodes = all(plan);
  const scans = nodes.filter((node) => node['Relation Name'] ?? node['Index Name']);
  const removed = (node: Node): number =>
    (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return {
    indexes: scans.map((node) => node['Index Name'] ?? `${node['Node Type']} ${node['Relation Name'] ?? ''}`),
    // The rows of a bitmap index scan are counted where the table is read.
    rowsRead: scans
      .filter((node) => node['Node Type'] !== 'Bitmap Index Scan')
      .reduce((sum, node) => sum + rows(node) + removed(node) * node['Actual Loops'], 0),
    rowsSorted: nodes
      .filter(isSort)
      .reduce((sum, node) => sum + (node.Plans ?? []).reduce((most, child) => most + rows(child), 0), 0),
    scanned: nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'] ?? ''),
    milliseconds,
  };
}

/** Explains a statement twice: planned for its values, and with a generic plan, as prepared statements may be. */
export async function explain(client: Client, sent: Sent): Promise<Explained[]> {
  const plans: Explained[] = [];
  const account = sent.accountId === null ? '' : `; SET LOCAL app.account_id = ${escapeLiteral(sent.accountId)}`;
  await client.query(['BEGIN' + account, ...sent.settings, `PREPARE list AS ${sent.text}`].join('; '));
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    const values = sent.values.map(literal).join(', ');
    await client.query(`SET LOCAL plan_cache_mode = ${mode}`);
    const explained = await client.query<{ 'QUERY PLAN': [{ Plan: Node; 'Execution Time': number }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE list(${values})`,
    );
    const [plan] = explained.rows[0]?.['QUERY PLAN'] ?? [];
    if (!plan) throw new Error(`No plan for ${sent.text}`);
    plans.push(read(plan.Plan, plan['Execution Time']));
  }
  await client.query('ROLLBACK; DEALLOCATE list');
  return plans;
}
