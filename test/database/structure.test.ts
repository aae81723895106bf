/** What the tables themselves refuse: links between accounts, and unique values or counters that span accounts. */
import { newId } from '../../src/db/ids';
import { canAsk } from '../harness/among-shards';
import { seed, type SeededIds } from '../harness/factories';
import { setupTwoTenants } from '../harness/setup-tenants';
import { accountTables, connected, query } from '../harness/sql';

let tables: string[];
let foreign: SeededIds;
let own: SeededIds;

const tenants = setupTwoTenants();

beforeAll(async () => {
  foreign = await seed(tenants.globex, 'Foreign');
  own = await seed(tenants.acme, 'Own');
  tables = await accountTables(tenants.database.superuserUrl);
}, 60_000);

interface Key {
  readonly table: string;
  readonly name: string;
  readonly columns: string[];
  readonly target: string;
  readonly targets: string[];
}

const columnNames = (relation: string, numbers: string): string =>
  `ARRAY(SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY n(number, place)
           JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = n.number ORDER BY n.place)`;

const FOREIGN_KEYS = `
  SELECT c.conrelid::regclass::text AS "table", c.conname AS name, c.confrelid::regclass::text AS target,
         ${columnNames('c.conrelid', 'c.conkey')} AS columns, ${columnNames('c.confrelid', 'c.confkey')} AS targets
    FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace`;

/** Expression columns have the number 0 and are ignored. */
const UNIQUE_INDEXES = `
  SELECT i.indrelid::regclass::text AS "table", i.indexrelid::regclass::text AS name, '' AS target, '{}'::text[] AS targets,
         ${columnNames('i.indrelid', 'i.indkey::int2[]')} AS columns
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace`;

it('every foreign key between account tables carries the account on both sides', async () => {
  const keys = await query<Key>(tenants.database.superuserUrl, FOREIGN_KEYS);
  const between = keys.filter(({ table, target }) => tables.includes(table) && tables.includes(target));
  expect(between.length).toBeGreaterThan(2);
  for (const { name, columns, targets } of between) {
    expect({ name, first: [columns[0], targets[0]] }).toEqual({ name, first: ['account_id', 'account_id'] });
  }
  for (const { name, columns, target } of keys.filter(
    (key) => tables.includes(key.table) && !tables.includes(key.target),
  )) {
    expect({ name, columns, target }).toEqual({ name, columns: ['account_id'], target: 'account' });
  }
});

it('every unique constraint of an account table starts with the account', async () => {
  const indexes = (await query<Key>(tenants.database.superuserUrl, UNIQUE_INDEXES)).filter(({ table }) =>
    tables.includes(table),
  );
  expect(new Set(indexes.map(({ table }) => table))).toEqual(new Set(tables));
  for (const { name, columns } of indexes) expect({ name, first: columns[0] }).toEqual({ name, first: 'account_id' });
});

it('no account table numbers its rows from a counter that accounts share', async () => {
  const defaults = await query<{ column: string }>(
    tenants.database.superuserUrl,
    `SELECT d.adrelid::regclass || '.' || a.attname AS column FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
      WHERE pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval%' AND d.adrelid::regclass::text = ANY($1)
      UNION ALL SELECT a.attrelid::regclass || '.' || a.attname FROM pg_attribute a WHERE a.attidentity <> '' AND a.attrelid::regclass::text = ANY($1)`,
    [tables],
  );
  expect(defaults).toEqual([]);
});

it('SECURITY DEFINER functions are granted to named roles only and have a fixed search_path', async () => {
  const functions = await query<{ name: string; open: boolean; path: boolean }>(
    tenants.database.superuserUrl,
    `SELECT p.proname::text AS name, has_function_privilege('public', p.oid, 'EXECUTE') AND p.prorettype <> 'trigger'::regtype AS open,
            coalesce(array_to_string(p.proconfig, ' ') LIKE '%search_path=%', false) AS path
       FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace`,
  );
  expect(functions).toContainEqual({ name: 'authenticate_key', open: false, path: true });
  for (const each of functions) expect(each).toEqual({ name: each.name, open: false, path: true });
});

it('even the operator role cannot link rows of two accounts', async () => {
  const [agent = ''] = own.get('Agent') ?? [];
  const [tool = ''] = foreign.get('Tool') ?? [];
  await connected(tenants.database.operatorUrl, async (client) => {
    for (const account of [tenants.acme.accountId, tenants.globex.accountId]) {
      const link = client.query('INSERT INTO agent_tool (account_id, agent_id, tool_id) VALUES ($1, $2, $3)', [
        account,
        agent,
        tool,
      ]);
      await expect(link).rejects.toMatchObject({ code: '23503' });
    }
    if (!canAsk('rows that move')) return;
    await expect(
      client.query('UPDATE agent SET account_id = $1 WHERE id = $2', [tenants.globex.accountId, agent]),
    ).rejects.toMatchObject({ code: '23503' });
  });
});

it('ids of the gateway share no counter and do not reveal how many were made', () => {
  // Many in one millisecond: a counter would put them in the order of creation.
  const ids = Array.from({ length: 2000 }, () => newId());
  expect(ids).not.toEqual([...ids].sort());
});
