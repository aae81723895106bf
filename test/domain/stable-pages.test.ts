/** Pages are consistent while rows change: a row that exists throughout is returned once, in both directions. */
import fc from 'fast-check';
import { query } from '../harness/sql';
import type { Tenant } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';

const tenants = setupTwoTenants();
const { acme } = tenants;

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const READ = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: ToolOrder) {
  tools(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

interface Found extends Page {
  readonly totalCount: number;
  readonly totalCountIsExact: boolean;
  readonly nodes: readonly { readonly id: string; readonly name: string }[];
}

const SEARCH = `query ($filter: ToolFilter, $first: Int, $after: String, $last: Int, $before: String) {
  tools(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: { field: name }) {
    totalCount totalCountIsExact nodes { id name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

const create = async (tenant: Tenant, name: string): Promise<string> =>
  (
    await tenant.ask<{ t: { id: string } }>(
      'mutation ($name: String!) { t: createTool(input: { name: $name }) { id } }',
      {
        name,
      },
    )
  ).t.id;

/** Rows that are created somewhere in the order, or deleted, between two pages. */
const meanwhile = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant('create' as const), at: fc.nat(999) }),
    fc.record({ act: fc.constant('delete' as const), at: fc.nat(999) }),
  ),
  { maxLength: 3 },
);

it('pages neither miss nor repeat a row while other rows are created and deleted', async () => {
  let told = 0;
  let pages = 0;
  const property = fc.asyncProperty(
    fc.array(meanwhile, { minLength: 2, maxLength: 6 }),
    fc.integer({ min: 1, max: 4 }),
    fc.boolean(),
    fc.constantFrom(
      null,
      { field: 'name', direction: 'ASC' },
      { field: 'name', direction: 'DESC' },
      { field: 'createdAt', direction: 'DESC' },
    ),
    async (changes, size, backwards, orderBy) => {
      told += 1;
      const tenant = await tenants.createAccount(`pages-${told}`);
      const live: string[] = [];
      for (let row = 0; row < 8; row += 1) live.push(await create(tenant, `${row * 100} first`));
      const steady = new Set(live);
      const seen: string[] = [];
      let cursor: string | null = null;
      for (let more = true, turn = 0; more; turn += 1, pages += 1) {
        const way: object = backwards ? { last: size, before: cursor } : { first: size, after: cursor };
        const { tools }: { tools: Page } = await tenant.ask<{ tools: Page }>(READ, { ...way, orderBy });
        seen.push(...tools.nodes.map(({ id }) => id));
        more = backwards ? tools.pageInfo.hasPreviousPage : tools.pageInfo.hasNextPage;
        cursor = backwards ? tools.pageInfo.startCursor : tools.pageInfo.endCursor;
        for (const { act, at } of changes[turn] ?? []) {
          if (act === 'create') live.push(await create(tenant, `${at} ${turn} ${live.length}`));
          else {
            const [id = ''] = live.splice(at % live.length, 1);
            steady.delete(id);
            if (id !== '') await tenant.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id });
          }
        }
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect([...steady].filter((id) => !seen.includes(id))).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: 30 });
  process.stdout.write(`stable pages: ${told} lists read in ${pages} pages\n`);
  expect(told).toBeGreaterThanOrEqual(30);
}, 120_000);

it('a search stops after reading 10,000 rows, reports that there may be more, and continues from there', async () => {
  const tenant = await tenants.createAccount('search');
  await query(
    tenants.database.superuserUrl,
    `INSERT INTO tool (account_id, id, name, type)
     SELECT $1, gen_random_uuid(), 'row ' || lpad(n::text, 5, '0'), 'NATIVE' FROM generate_series(1, 10050) n`,
    [tenant.accountId],
  );
  const search = async (contains: string, way: object): Promise<Found> =>
    (await tenant.ask<{ tools: Found }>(SEARCH, { filter: { name: { contains } }, ...way })).tools;
  const names = ({ nodes }: Found): string[] => nodes.map(({ name }) => name);

  const first = await search('row 1005', { first: 5 });
  expect(first).toMatchObject({ nodes: [], totalCount: 0, totalCountIsExact: false, pageInfo: { hasNextPage: true } });
  const second = await search('row 1005', { first: 5, after: first.pageInfo.endCursor });
  expect([names(second), second.pageInfo.hasNextPage]).toEqual([['row 10050'], false]);

  // The last row that is examined may be a match.
  const edge = await search('row 10000', { first: 5 });
  expect([names(edge), edge.pageInfo.hasNextPage]).toEqual([['row 10000'], true]);
  const behind = await search('row 10000', { first: 5, after: edge.pageInfo.endCursor });
  expect([names(behind), behind.pageInfo.hasNextPage]).toEqual([[], false]);

  const last = await search('row 1005', { last: 5 });
  expect([names(last), last.pageInfo.hasPreviousPage]).toEqual([['row 10050'], true]);
  const before = await search('row 1005', { last: 5, before: last.pageInfo.startCursor });
  expect([names(before), before.pageInfo.hasPreviousPage]).toEqual([[], false]);

  const full = await search('row 0', { first: 100 });
  expect([names(full).at(-1), full.pageInfo.hasNextPage]).toEqual(['row 00100', true]);
}, 60_000);

it('totalCount is counted only when it is selected', async () => {
  const { gateway } = tenants;
  const cost = async (query: string): Promise<number> => {
    const before = gateway.database.counts.statements;
    await acme.ask(query);
    return gateway.database.counts.statements - before;
  };
  const rest = 'nodes { id name } edges { cursor } pageInfo { hasNextPage startCursor }';
  expect(await cost(`{ tools { ${rest} } }`)).toBe(1);
  expect(await cost(`{ tools { totalCount ${rest} } }`)).toBe(2);
});
