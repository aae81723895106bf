/** Explains all lists, for one account and across all: what each reads and sorts, and which problems that reveals. */
import type { Client } from 'pg';
import { gatewayConnection } from '../../src/db/session-settings';
import { SCAN_LIMIT } from '../../src/db/statements/select';
import type { Gateway } from '../../src/gateway';
import { buildGatewaySchema } from '../../src/graph/schema';
import { resolvers } from '../../src/resources';
import { connected } from '../../test/harness/sql';
import { listsOf, type GraphqlRequest, type List, type Page, type Samples } from './all-lists';
import { explain, statementsOf, type Explained } from './explain-plan';

/**
 * How a list is read: along an index, by sorting the few rows of one name, or along an index while filtering each row.
 */
export type Method = 'index' | 'few' | 'search';

/** One list in one order: the largest figures over its pages and directions. */
export interface ListReading {
  readonly list: string;
  readonly by: string | null;
  readonly scope: string;
  readonly methods: Set<Method>;
  readonly indexes: Set<string>;
  readonly problems: Set<string>;
  rowsRead: number;
  rowsSorted: number;
  milliseconds: number;
  plans: number;
}

/** A page of 20, the row after it, and a few for a slug's key, which PostgreSQL sorts row by row. */
const PAGE = 25;
/** If PostgreSQL knows that a value is frequent, it may also read in the list's order. */
const FREQUENT = 1000;
/** If the first rows of each account are read along this index, they are sorted together. */
const ACCOUNT_BY_ACCOUNT = 'audit_event_pkey';
const MAX_ROWS: Readonly<Record<Method, { readonly read: number; readonly sorted: number }>> = {
  index: { read: PAGE, sorted: PAGE },
  few: { read: 1000, sorted: 1000 },
  // Before version 16, PostgreSQL reads one row more than it reports.
  search: { read: SCAN_LIMIT + 1, sorted: 0 },
};

const SCHEMA = buildGatewaySchema(resolvers);
const FEW = /^\{"(?:id":\{"in|(?:id|name|slug)":\{"equals)"/;
/** Conditions that must never be a search in the list's own order when they are the only condition. */
const INDEXED =
  /^(?:runs|auditEvents|schedules)\{"(?:agentId|scheduleId|resourceId|actorId|requestId)":\{"equals"|^runs\{"(?:status|startedAt)"|^auditEvents\{"at"/;
const INDEXED_FOR_ALL = /"path":\["owner","(?:team|email)"\]/;

export const requestTo =
  (gateway: Gateway, key: string): GraphqlRequest =>
  async (query, variables) => {
    const response = await gateway.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-reason': 'a benchmark' },
      payload: JSON.stringify({ query, variables }),
    });
    const { data, errors } = response.json<{ data?: Record<string, Page>; errors?: unknown }>();
    if (!data || errors !== undefined) throw new Error(`${query} failed: ${response.body}`);
    return data;
  };

/** The caller whose lists are explained: its key, and the role as which the gateway connects for it. */
export interface Reader {
  readonly scope: string;
  readonly key: string;
  readonly url: string;
  /** Whether the key is a master key, which works across all accounts. */
  readonly master: boolean;
}

/** Values to filter by, and required arguments of lists. */
export interface ListArguments {
  readonly samples: Samples;
  readonly required: Readonly<Record<string, object>>;
}

function methodOf(list: List, text: string): Method {
  if (text.includes('row_number()')) return 'search';
  return FEW.test(JSON.stringify(list.filter)) ? 'few' : 'index';
}

function add(reading: ListReading, list: List, method: Method, plan: Explained): void {
  reading.methods.add(method);
  reading.plans += 1;
  reading.rowsRead = Math.max(reading.rowsRead, plan.rowsRead);
  reading.rowsSorted = Math.max(reading.rowsSorted, plan.rowsSorted);
  reading.milliseconds = Math.max(reading.milliseconds, plan.milliseconds);
  for (const index of plan.indexes) reading.indexes.add(index);
  const problem = (what: string): void => void reading.problems.add(`${list.page}: ${what}`);
  if (plan.scanned.length > 0) problem('Seq Scan');
  const sortable = plan.indexes.includes(ACCOUNT_BY_ACCOUNT) ? FREQUENT : MAX_ROWS[method].sorted;
  if (plan.rowsSorted > sortable) problem(`Sort of ${plan.rowsSorted.toFixed(0)}`);
  if (plan.rowsRead > (list.filter && method === 'index' ? FREQUENT : MAX_ROWS[method].read))
    problem(`reads ${plan.rowsRead.toFixed(0)}`);
  const filtered = list.many + JSON.stringify(list.filter);
  const indexed = INDEXED.test(filtered) || (reading.scope === 'all accounts' && INDEXED_FOR_ALL.test(filtered));
  const alone = Object.keys(list.filter ?? {}).length === 1;
  if (method === 'search' && list.by === null && list.many !== 'accounts' && indexed && alone) problem('searches');
}

const empty = (list: string, by: string | null, scope: string): ListReading => ({
  list,
  by,
  scope,
  methods: new Set<Method>(),
  indexes: new Set<string>(),
  problems: new Set<string>(),
  rowsRead: 0,
  rowsSorted: 0,
  milliseconds: 0,
  plans: 0,
});

/** In indexes that do not start with the account, rows of other accounts lie between its rows. */
const SHARED = `
  SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'account_id'
   WHERE i.indkey[0] <> a.attnum AND i.indrelid::regclass::text NOT LIKE 'pg_%'`;

async function readingsOf(
  gateway: Gateway,
  client: Client,
  reader: Reader,
  given: ListArguments,
): Promise<ListReading[]> {
  const readings = new Map<string, ListReading>();
  const send = requestTo(gateway, reader.key);
  const shared = new Set((await client.query<{ name: string }>(SHARED)).rows.map(({ name }) => name));
  for (const list of listsOf(SCHEMA, given.samples, given.required)) {
    if (list.masterOnly && !reader.master) continue;
    const name = `${list.many}${list.filter ? `, ${JSON.stringify(list.filter)}` : ''}`;
    const key = `${name} ${list.by ?? ''}`;
    const reading = readings.get(key) ?? empty(name, list.by, reader.scope);
    readings.set(key, reading);
    // Statements before the last one only lead to a deep page.
    const sent = (await statementsOf(gateway.database, () => list.read(send))).at(-1);
    if (!sent) throw new Error(`${name} sent no statement`);
    for (const plan of await explain(client, sent)) {
      add(reading, list, methodOf(list, sent.text), plan);
      const others = reader.master ? [] : plan.indexes.filter((index) => shared.has(index));
      if (others.length > 0) reading.problems.add(`${list.page}: reads ${others.join(', ')} of all accounts`);
    }
  }
  return [...readings.values()];
}

export async function explainLists(
  gateway: Gateway,
  readers: readonly Reader[],
  given: ListArguments,
): Promise<ListReading[]> {
  const readings: ListReading[] = [];
  for (const reader of readers)
    readings.push(
      ...(await connected(gatewayConnection(reader.url), (client) => readingsOf(gateway, client, reader, given))),
    );
  return readings;
}
