/** All lists explained, for one account and across all: what each reads and sorts, and what is wrong with that. */
import { Client } from 'pg';
import { gatewayConnection } from '../src/db/session-settings';
import { MOST_SOUGHT } from '../src/db/statements/select';
import type { Gateway } from '../src/gateway';
import { buildGatewaySchema } from '../src/graph/schema';
import { resolvers } from '../src/resources';
import { listsOf, type GraphqlRequest, type List, type Page, type Samples } from './lists';
import { explain, statementsOf, type Explained } from './plans';

/** How a list is read: along an index, rows of one name sorted, or along an index while conditions are put to each row. */
export type Way = 'index' | 'few' | 'search';

/** One list in one order, over its pages and directions: the most of each. */
export interface Reading {
  readonly list: string;
  readonly by: string | null;
  readonly scope: string;
  readonly ways: Set<Way>;
  readonly reads: Set<string>;
  readonly faults: Set<string>;
  looked: number;
  sorted: number;
  milliseconds: number;
  plans: number;
}

/** A page of 20, the row behind it, and a few for the key of a slug, which PostgreSQL sorts row by row. */
const PAGE = 25;
/** Where PostgreSQL knows that a value is frequent, it may as well walk along the list's order. */
const FREQUENT = 1000;
const MOST: Readonly<Record<Way, { readonly looked: number; readonly sorted: number }>> = {
  index: { looked: PAGE, sorted: PAGE },
  few: { looked: 1000, sorted: 1000 },
  // PostgreSQL before 16 reads a row more than it numbers.
  search: { looked: MOST_SOUGHT + 1, sorted: 0 },
};

const SCHEMA = buildGatewaySchema(resolvers);
const FEW = /^\{"(?:id":\{"in|(?:id|name|slug)":\{"equals)"/;
/** What must never be a search in the list's own order, where nothing else is asked for. */
const INDEXED =
  /^(?:runs|auditEvents|schedules)\{"(?:agentId|scheduleId|resourceId|actorId|requestId)":\{"equals"|^runs\{"(?:status|startedAt)"|^auditEvents\{"at"/;
const INDEXED_FOR_ALL = /"path":\["owner","(?:team|email)"\]/;

const ask =
  (gateway: Gateway, key: string): GraphqlRequest =>
  async (query, variables) => {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-reason': 'a benchmark' },
      payload: JSON.stringify({ query, variables }),
    });
    const { data, errors } = answer.json<{ data?: Record<string, Page>; errors?: unknown }>();
    if (!data || errors !== undefined) throw new Error(`${query} failed: ${answer.body}`);
    return data;
  };

/** Somebody whose lists are explained: the key that asks, and the role that the gateway asks as then. */
export interface Reader {
  readonly scope: string;
  readonly key: string;
  readonly url: string;
  /** Whether the key is a master key, which works across all accounts. */
  readonly master: boolean;
}

/** What is asked for: values to filter by, and arguments without which a list cannot be read. */
export interface Asked {
  readonly samples: Samples;
  readonly required: Readonly<Record<string, object>>;
}

function wayOf(list: List, text: string): Way {
  if (text.includes('row_number()')) return 'search';
  return FEW.test(JSON.stringify(list.filter)) ? 'few' : 'index';
}

function add(reading: Reading, list: List, way: Way, plan: Explained): void {
  reading.ways.add(way);
  reading.plans += 1;
  reading.looked = Math.max(reading.looked, plan.looked);
  reading.sorted = Math.max(reading.sorted, plan.sorted);
  reading.milliseconds = Math.max(reading.milliseconds, plan.milliseconds);
  for (const one of plan.reads) reading.reads.add(one);
  const fault = (what: string): void => void reading.faults.add(`${list.page}: ${what}`);
  if (plan.scansAll) fault('Seq Scan');
  if (plan.sorted > MOST[way].sorted) fault(`Sort of ${plan.sorted.toFixed(0)}`);
  if (plan.looked > (list.filter && way === 'index' ? FREQUENT : MOST[way].looked))
    fault(`looks at ${plan.looked.toFixed(0)}`);
  const asked = list.many + JSON.stringify(list.filter);
  const indexed = INDEXED.test(asked) || (reading.scope === 'all accounts' && INDEXED_FOR_ALL.test(asked));
  const alone = Object.keys(list.filter ?? {}).length === 1;
  if (way === 'search' && list.by === null && list.many !== 'accounts' && indexed && alone) fault('searches');
}

const empty = (list: string, by: string | null, scope: string): Reading => ({
  list,
  by,
  scope,
  ways: new Set<Way>(),
  reads: new Set<string>(),
  faults: new Set<string>(),
  looked: 0,
  sorted: 0,
  milliseconds: 0,
  plans: 0,
});

/** Indexes that do not start with the account hold the rows of others between its own. */
const SHARED = `
  SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'account_id'
   WHERE i.indkey[0] <> a.attnum AND i.indrelid::regclass::text NOT LIKE 'pg_%'`;

async function readingsOf(gateway: Gateway, client: Client, reader: Reader, asked: Asked): Promise<Reading[]> {
  const readings = new Map<string, Reading>();
  const send = ask(gateway, reader.key);
  const shared = new Set((await client.query<{ name: string }>(SHARED)).rows.map(({ name }) => name));
  for (const list of listsOf(SCHEMA, asked.samples, asked.required)) {
    if (list.masterOnly && !reader.master) continue;
    const name = `${list.many}${list.filter ? `, ${JSON.stringify(list.filter)}` : ''}`;
    const key = `${name} ${list.by ?? ''}`;
    const reading = readings.get(key) ?? empty(name, list.by, reader.scope);
    readings.set(key, reading);
    // What comes before is the way to a deep page.
    const sent = (await statementsOf(gateway.database, () => list.read(send))).at(-1);
    if (!sent) throw new Error(`${name} sent no statement`);
    for (const plan of await explain(client, sent)) {
      add(reading, list, wayOf(list, sent.text), plan);
      const others = reader.master ? [] : plan.reads.filter((index) => shared.has(index));
      if (others.length > 0) reading.faults.add(`${list.page}: reads ${others.join(', ')} of all accounts`);
    }
  }
  return [...readings.values()];
}

export async function explainLists(gateway: Gateway, readers: readonly Reader[], asked: Asked): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const reader of readers) {
    const client = new Client(gatewayConnection(reader.url));
    await client.connect();
    readings.push(...(await readingsOf(gateway, client, reader, asked).finally(() => client.end())));
  }
  return readings;
}
