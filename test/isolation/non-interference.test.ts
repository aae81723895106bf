/**
 * Non-interference: an account's answers have the same bytes whether it is alone or has a neighbour with 1,000 rows.
 */
import { getNamedType, isObjectType, type GraphQLField } from 'graphql';
import { gatewaySchema } from '../harness/factories';
import { query } from '../harness/sql';
import {
  argumentOperations,
  argumentsOfRows,
  flat,
  operation,
  pathOperations,
  COUNTED,
  queryFields,
  samplesOf,
  type Operation,
  type Samples,
} from './operations';
import { createPairedGateways, visible, type PairedGateways } from './paired-gateways';

const REQUEST = { 'x-request-id': 'the-same-in-both-worlds' };
const RANDOM = '01890000-0000-7000-8000-00000000abcd';
const AT_ONCE = 20;

let pair: PairedGateways;
let samples: Samples;

beforeAll(async () => {
  pair = await createPairedGateways();
  const firsts = (seeded: PairedGateways['own']): string[] => [...seeded.values()].flatMap((ids) => ids.slice(0, 1));
  samples = {
    ids: [...firsts(pair.own), ...firsts(pair.foreign), pair.globex.accountId, RANDOM, 'no-id'],
    texts: ['Own 0', 'own', 'Foreign 0', 'for', '%', '_', `\\' OR 1=1 --`],
  };
}, 60_000);
afterAll(() => pair.close());

/**
 * Counts of refusals depend on which of the concurrent operations ran first, in either world.
 * test/audit/denials.test.ts shows that they contain only the caller's.
 */
const isSteady = ({ name, query: text }: Operation): boolean =>
  !COUNTED.some((field) => name.startsWith(field)) && !/\busage \{/.test(text);

/** Both answers must have the same bytes. @returns how many of them contained rows, and how many were errors. */
async function compare(all: readonly Operation[]): Promise<{ rows: number; refused: number; alone: string[] }> {
  const operations = all.filter(isSteady);
  const tally = { rows: 0, refused: 0, alone: [] as string[] };
  for (let start = 0; start < operations.length; start += AT_ONCE) {
    await Promise.all(
      operations.slice(start, start + AT_ONCE).map(async ({ name, query: text, variables }) => {
        const [alone, crowded] = await Promise.all([
          pair.alone.send(text, variables, REQUEST),
          pair.crowded.send(text, variables, REQUEST),
        ]);
        expect({ name, ...JSON.parse(visible(crowded)) }).toEqual({ name, ...JSON.parse(visible(alone)) });
        expect(crowded.text).toBe(alone.text);
        if (alone.errors.length > 0) tally.refused += 1;
        if (alone.text.includes(pair.acme.accountId)) tally.rows += 1;
        tally.alone.push(alone.text);
      }),
    );
  }
  return tally;
}

/** Rows of either account, and one that does not exist; hostile.test.ts tries the ids of other types everywhere. */
const rowsFor = (field: GraphQLField<unknown, unknown>): Record<string, unknown>[] => {
  const foreign = new Map([...pair.foreign].map(([type, ids]) => [type, ids.slice(0, 1)]));
  return [...argumentsOfRows(pair.own)(field), ...argumentsOfRows(foreign)(field), { id: RANDOM }];
};

it('every type path to depth 4 answers the same bytes without foreign ids', async () => {
  const operations = pathOperations(gatewaySchema, samples, rowsFor);
  const { rows, alone } = await compare(operations);
  // Otherwise there would have been nothing to leak.
  expect(rows).toBeGreaterThan(operations.length / 12);
  const foreign = [...pair.foreign.values()].flat();
  for (const text of alone) for (const id of foreign) expect(text).not.toContain(id);
}, 120_000);

it('every argument, filter and order answers the same bytes', async () => {
  const operations = argumentOperations(gatewaySchema, samples).filter(isSteady);
  const { rows, refused } = await compare(operations);
  expect(rows).toBeGreaterThan(operations.length / 5);
  expect(refused).toBeLessThan(operations.length / 2);
}, 120_000);

interface PageAnswer {
  readonly pageInfo: Readonly<Record<'startCursor' | 'endCursor', string | null>>;
}

const lists = queryFields(gatewaySchema).filter((field) => {
  if (COUNTED.includes(field.name)) return false;
  const type = getNamedType(field.type);
  return isObjectType(type) && 'pageInfo' in type.getFields() && field.args.some((one) => one.name === 'orderBy');
});

it.each(lists.map((field) => [field.name, field] as const))(
  '%s returns the same bytes in every order, forwards and backwards, cursors included',
  async (_name, field) => {
    const selection = flat(gatewaySchema, getNamedType(field.type));
    const orderType = field.args.find((one) => one.name === 'orderBy')?.type;
    const orders = orderType ? samplesOf(orderType, samples) : [];
    for (const orderBy of [null, ...orders]) {
      for (const [size, from, at] of [
        ['first', 'after', 'endCursor'],
        ['last', 'before', 'startCursor'],
      ] as const) {
        let cursor: string | null = null;
        for (let pages = 0; pages < 5; pages += 1) {
          const given = { [size]: 2, ...(cursor && { [from]: cursor }), ...(orderBy !== null && { orderBy }) };
          const { alone } = await compare([operation(field, given, selection)]);
          const { data }: { data?: Record<string, PageAnswer | null> | null } = JSON.parse(alone[0] ?? '{}');
          cursor = data?.[field.name]?.pageInfo[at] ?? null;
          if (cursor === null) break;
        }
      }
    }
  },
  60_000,
);

it('the compared gateways differ: another account has 1,000 rows that sort first, and a master key sees them', async () => {
  const [stored] = await query<{ rows: number }>(
    pair.gateways.crowded.database.superuserUrl,
    'SELECT count(*)::int AS rows FROM agent WHERE account_id = $1',
    [pair.globex.accountId],
  );
  const total = await Promise.all(
    [...pair.foreign.keys()].map(async (type) => {
      const field = queryFields(gatewaySchema).find((one) => getNamedType(one.type).name === `${type}Connection`);
      const answer = await pair.gateways.crowded.master.ask<
        Record<string, { totalCount: number; nodes: { accountId: string }[] }>
      >(
        `{ ${field?.name ?? ''}(first: 1, orderBy: { field: ${type === 'Run' ? 'startedAt' : 'createdAt'} }) { totalCount nodes { accountId } } }`,
      );
      const list = answer[field?.name ?? ''];
      expect(list?.nodes).toEqual([{ accountId: pair.globex.accountId }]);
      return list?.totalCount ?? 0;
    }),
  );
  expect(stored?.rows).toBeGreaterThan(100);
  expect(total.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(1000);
});
