/**
 * Explains the reads of keys that are restricted to rows: every list, total and relation, under the role that reads
 * them.
 */
import { gatewayConnection } from '../../src/db/session-settings';
import type { Gateway } from '../../src/gateway';
import { buildGatewaySchema } from '../../src/graph/schema';
import { resolvers } from '../../src/resources';
import { connected } from '../../test/harness/sql';
import { listsOf, type GraphqlRequest, type Samples } from './all-lists';
import { requestTo } from './explain-lists';
import { explain, statementsOf } from './explain-plan';

/** The lists of rows to which restrictions apply. */
const LISTS = ['agents', 'tools', 'mcpServers', 'schedules', 'runs'];
const SCHEMA = buildGatewaySchema(resolvers);

const TOTALS = LISTS.map((list) => `{ ${list} { totalCount } }`);
const RELATIONS = [
  '{ agents(first: 20) { nodes { id tools { id } mcpServers { id } subAgents { id } schedules { id } runs(first: 3) { id } } } }',
  '{ tools(first: 20) { nodes { id agents { id } } } }',
  '{ mcpServers(first: 20) { nodes { id agents { id } } } }',
  '{ schedules(first: 20) { nodes { id agent { id } } } }',
  '{ runs(first: 20) { nodes { id agent { id tools { id agents { id } } } } } }',
];
const ONE = ['agent', 'tool', 'mcpServer', 'node'];

/** The worst plan of a read; reads of different ids count as one. */
export interface Reading {
  readonly read: string;
  rowsRead: number;
  milliseconds: number;
  plans: number;
  readonly indexes: Set<string>;
  /** Tables that are read completely. */
  readonly scanned: Set<string>;
}

const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

type Read = (send: GraphqlRequest) => Promise<unknown>;

function readsOf(samples: Samples, ids: readonly string[]): [string, Read][] {
  const lists = listsOf(SCHEMA, samples, {})
    .filter(({ many }) => LISTS.includes(many))
    .map(({ many, filter, by, read }): [string, Read] => [
      `${many}${by === null ? '' : ` by ${by}`}${filter ? `, ${JSON.stringify(filter)}` : ''}`,
      read,
    ]);
  const texts = [...TOTALS, ...RELATIONS].map((text): [string, Read] => [text, (send) => send(text, {})]);
  const single = ONE.flatMap((field) =>
    ids.map((id): [string, Read] => [field, (send) => send(`query ($id: ID!) { ${field}(id: $id) { id } }`, { id })]),
  );
  return [...lists, ...texts, ...single];
}

/**
 * @param key a key restricted to rows.
 * @param ids ids to look up one by one.
 * @returns what each read examines, on all pages, planned for its values and with generic plans.
 */
export async function readingsOf(
  gateway: Gateway,
  restrictedUrl: string,
  key: string,
  samples: Samples,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Reading>> {
  const readings = new Map<string, Reading>();
  const send = requestTo(gateway, key);
  await connected(gatewayConnection(restrictedUrl), async (client) => {
    for (const [title, read] of readsOf(samples, ids)) {
      const name = title.replace(ID, 'ID');
      const reading = readings.get(name) ?? {
        read: name,
        rowsRead: 0,
        milliseconds: 0,
        plans: 0,
        indexes: new Set<string>(),
        scanned: new Set<string>(),
      };
      readings.set(name, reading);
      for (const sent of await statementsOf(gateway.database, () => read(send))) {
        if (sent.settings.length === 0) throw new Error(`${name} is not read as a restricted key`);
        for (const plan of await explain(client, sent)) {
          reading.plans += 1;
          reading.rowsRead = Math.max(reading.rowsRead, plan.rowsRead);
          reading.milliseconds = Math.max(reading.milliseconds, plan.milliseconds);
          for (const index of plan.indexes) reading.indexes.add(index);
          for (const table of plan.scanned) reading.scanned.add(table);
        }
      }
    }
  });
  return readings;
}
