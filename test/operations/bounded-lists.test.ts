/** The length of lists of objects in variables is checked before any of their objects is examined. */
import { setupTwoTenants } from '../harness/setup-tenants';

const tenants = setupTwoTenants();

const conditions = (count: number): object[] => Array.from({ length: count }, () => ({ path: ['a'], equals: 1 }));

const WAYS: readonly [string, string, (list: object[]) => object, string[]][] = [
  ['itself', 'query ($v: [MetadataFilter!]) { tools(filter: { metadata: $v }) { totalCount } }', (list) => list, ['v']],
  [
    'a field of an object',
    'query ($v: ToolFilter!) { tools(filter: $v) { totalCount } }',
    (list) => ({ metadata: list }),
    ['v', 'metadata'],
  ],
];

it.each(WAYS)('a variable that is %s is refused with more than 1,000 objects', async (_what, query, valueOf, path) => {
  const { errors } = await tenants.acme.send(query, { v: valueOf(conditions(1_001)) });
  expect(errors).toMatchObject([
    { message: 'Give at most 1000 objects in a list.', extensions: { code: 'BAD_USER_INPUT', path } },
  ]);
  const fewer = await tenants.acme.send(query, { v: valueOf(conditions(1_000)) });
  expect(fewer.errors[0]?.message).toBe('Give at most 20 conditions.');
});

it('JSON is not examined: lists in it are values of the caller', async () => {
  const query = 'query ($v: JSON!) { tools(filter: { metadata: [{ path: ["a"], equals: $v }] }) { totalCount } }';
  const { errors } = await tenants.acme.send(query, { v: Array.from({ length: 2_000 }, () => ({})) });
  expect(errors).toEqual([]);
});

it('a comparison of metadata may have no more values than metadata', async () => {
  const query = 'query ($v: JSON!) { tools(filter: { metadata: [{ path: ["a"], equals: $v }] }) { totalCount } }';
  const { errors } = await tenants.acme.send(query, { v: 'x'.repeat(17_000) });
  expect(errors).toMatchObject([{ message: 'Give at most 16384 characters of JSON.' }]);
});
