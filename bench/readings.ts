/** All lists explained, for one account and across all: what each reads and sorts, and what is wrong with that. */
import { Client } from 'pg';
import type { Gateway } from '../src/gateway';
import { buildGatewaySchema } from '../src/graph/schema';
import { resolvers, resources } from '../src/resources';
import { listsOf, type Ask, type Page, type Samples } from './lists';
import { explain, statementsOf, type Explained } from './plans';

/** One list in one order, over its pages and directions: the most of each. */
export interface Reading {
  readonly order: string;
  readonly scope: string;
  readonly reads: Set<string>;
  readonly faults: Set<string>;
  looked: number;
  sorted: number;
  milliseconds: number;
  plans: number;
}

const SCHEMA = buildGatewaySchema(resolvers);

/** The largest share of its rows that a list may sort for a filter; without one it may sort none. */
const MOST_SORTED = 0.2;

/** Filters that have an index, with values that dataset D has. */
export const SAMPLES = (agentId: string): Samples => ({
  name: [{ equals: 'agent 7' }, { startsWith: 'AGENT 12' }],
  metadata: [
    [{ path: ['owner', 'team'], equals: 'team 3' }],
    [{ path: ['owner', 'email'], equals: 'nobody@example.org' }],
  ],
  agentId: [{ equals: agentId }],
  scheduleId: [{ equals: agentId }],
  status: [{ equals: 'FAILED' }, { equals: 'STARTED' }],
  startedAt: [{ after: '2026-01-20T00:00:00Z', before: '2026-01-21T00:00:00Z' }],
});

const ask =
  (gateway: Gateway, key: string): Ask =>
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
}

/** @param most rows that may be sorted. */
function add(reading: Reading, page: string, plan: Explained, most: number): void {
  reading.plans += 1;
  reading.looked = Math.max(reading.looked, plan.looked);
  reading.sorted = Math.max(reading.sorted, plan.sorted);
  reading.milliseconds = Math.max(reading.milliseconds, plan.milliseconds);
  for (const one of plan.reads) reading.reads.add(one);
  if (plan.scansAll) reading.faults.add(`${page}: Seq Scan`);
  if (plan.sorted > most) reading.faults.add(`${page}: Sort of ${plan.sorted.toFixed(0)}`);
}

const empty = (order: string, scope: string): Reading => ({
  order,
  scope,
  reads: new Set<string>(),
  faults: new Set<string>(),
  looked: 0,
  sorted: 0,
  milliseconds: 0,
  plans: 0,
});

async function readingsOf(gateway: Gateway, client: Client, reader: Reader, samples: Samples): Promise<Reading[]> {
  const readings = new Map<string, Reading>();
  const send = ask(gateway, reader.key);
  const sizes = new Map<string, number>();
  for (const list of listsOf(SCHEMA, resources, samples)) {
    const size =
      sizes.get(list.many) ?? (await send(`{ ${list.many} { totalCount } }`, {}))[list.many]?.totalCount ?? 0;
    sizes.set(list.many, size);
    const most = list.filtered ? size * MOST_SORTED : 0;
    const reading = readings.get(list.order) ?? empty(list.order, reader.scope);
    readings.set(list.order, reading);
    // What comes before is the way to a deep page.
    const sent = (await statementsOf(gateway.database, () => list.read(send))).at(-1);
    if (!sent) throw new Error(`${list.order} sent no statement`);
    for (const plan of await explain(client, sent)) add(reading, list.page, plan, most);
  }
  return [...readings.values()];
}

export async function explainLists(gateway: Gateway, readers: readonly Reader[], samples: Samples): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const reader of readers) {
    const client = new Client({ connectionString: reader.url });
    await client.connect();
    readings.push(...(await readingsOf(gateway, client, reader, samples).finally(() => client.end())));
  }
  return readings;
}
