/** Three layers restrict a key to its rows: each is tested alone, with the other two removed. */
import type { Client as Connection } from 'pg';
import { Caller, parseAccountId } from '../../src/auth/caller';
import { masterAccess } from '../../src/auth/key-access';
import { PermissionTable } from '../../src/auth/grants';
import { CursorCipher } from '../../src/db/cursor';
import { Database } from '../../src/db/database';
import { newId } from '../../src/db/ids';
import { Repository } from '../../src/db/repository';
import { Scope } from '../../src/db/scope';
import type * as restrictedTables from '../../src/db/statements/restricted-table';
import { Vault } from '../../src/db/vault';
import { entities, resources } from '../../src/resources';
import { testSettings } from '../harness/settings';
import { accountTables, connected, query } from '../harness/sql';
import { createKey } from './keys';
import { createTeams, type TeamRows, type Teams } from './teams';

/** If false, the conditions of all statements are removed: restricted tables are the tables themselves. */
const mockConditions = { hold: true };

jest.mock('../../src/db/statements/restricted-table', () => {
  const real = jest.requireActual<typeof restrictedTables>('../../src/db/statements/restricted-table');
  const restrictedTable: typeof real.restrictedTable = (table, kind) =>
    mockConditions.hold ? real.restrictedTable(table, kind) : { ...table, name: `${table.name} unrestricted` };
  return { ...real, restrictedTable };
});

let teams: Teams;

beforeAll(async () => {
  teams = await createTeams();
}, 60_000);
afterAll(() => teams.world.close());

const TABLES: Readonly<Record<keyof TeamRows, string>> = {
  agent: 'agent',
  tool: 'tool',
  mcpServer: 'mcp_server',
  schedule: 'schedule',
  run: 'run',
};
const kinds = Object.keys(TABLES) as (keyof TeamRows)[];

describe('row level security alone', () => {
  type Settings = Readonly<Record<string, string>>;
  const settings = (more: Settings): Settings => ({ 'app.account_id': teams.world.acme.accountId, ...more });

  /** Runs in a transaction of the restricted role that is rolled back. */
  const restricted = <Result>(given: Settings, work: (client: Connection) => Promise<Result>): Promise<Result> =>
    connected(teams.world.database.restrictedUrl, async (client) => {
      await client.query('BEGIN');
      for (const [name, value] of Object.entries(given))
        await client.query(`SET LOCAL ${name} = '${value.replaceAll("'", "''")}'`);
      return work(client);
    });

  const idsIn = async (given: Settings, table: string): Promise<string[]> =>
    restricted(given, async (client) => (await client.query<{ id: string }>(`SELECT id FROM ${table}`)).rows).then(
      (rows) => rows.map(({ id }) => id),
    );

  it('shows the rows of the teams that are set, and what belongs to them', async () => {
    const given = settings({ 'app.owner_teams': '{support}', 'app.row_ids': '*' });
    for (const kind of kinds) expect(await idsIn(given, TABLES[kind])).toEqual([teams.support[kind]]);
    const links = await restricted(given, (client) => client.query('SELECT tool_id FROM agent_tool'));
    expect(links.rows).toEqual([{ tool_id: teams.support.tool }]);
  });

  it('shows the rows that are set and, if teams are set as well, only those that match both', async () => {
    const rowIds = `{${teams.support.agent},${teams.sales.agent},${teams.sales.tool}}`;
    const given = settings({ 'app.owner_teams': '*', 'app.row_ids': rowIds });
    expect(await idsIn(given, 'tool')).toEqual([teams.sales.tool]);
    expect((await idsIn(given, 'run')).sort()).toEqual([teams.support.run, teams.sales.run].sort());
    expect(await idsIn({ ...given, 'app.owner_teams': '{sales}' }, 'run')).toEqual([teams.sales.run]);
  });

  it.each<[string, Settings]>([
    ['nothing is set', {}],
    ['the teams are not set', { 'app.row_ids': '*' }],
    ['the ids are not set', { 'app.owner_teams': '*' }],
    ['both are empty lists', { 'app.owner_teams': '{}', 'app.row_ids': '{}' }],
    ['the texts are empty', { 'app.owner_teams': '', 'app.row_ids': '' }],
    ['the list contains only NULL', { 'app.owner_teams': '{NULL}', 'app.row_ids': '*' }],
  ])('shows nothing when %s', async (_title, given) => {
    for (const kind of kinds) expect(await idsIn(settings(given), TABLES[kind])).toEqual([]);
    for (const kind of kinds) expect(await idsIn(given, TABLES[kind])).toEqual([]);
  });

  it('shows no rows of another account, with any settings', async () => {
    const given = { 'app.account_id': teams.world.globex.accountId, 'app.owner_teams': '*', 'app.row_ids': '*' };
    for (const kind of kinds) expect(await idsIn(given, TABLES[kind])).toEqual([]);
  });

  it('stores no row outside the restriction, moves none there and changes none there', async () => {
    const given = settings({ 'app.owner_teams': '{support}', 'app.row_ids': '*' });
    const run = (text: string, values: unknown[] = []): Promise<unknown> =>
      restricted(given, async (client) => (await client.query(text, values)).rowCount).catch(
        (error: unknown) => (error as { code?: string }).code,
      );
    const insert = "INSERT INTO tool (account_id, id, name, type, metadata) VALUES ($1, $2, $3, 'CUSTOM', $4)";
    const values = (team: string): unknown[] => [
      teams.world.acme.accountId,
      newId(),
      'direct',
      JSON.stringify({ owner: { team } }),
    ];
    expect(await run(insert, values('support'))).toBe(1);
    expect(await run(insert, values('sales'))).toBe('42501');
    expect(await run(`UPDATE tool SET metadata = '{}' WHERE id = $1`, [teams.support.tool])).toBe('42501');
    expect(await run('UPDATE tool SET version = version + 1 WHERE id = $1', [teams.sales.tool])).toBe(0);
    expect(
      await run('UPDATE schedule SET agent_id = $2 WHERE id = $1', [teams.support.schedule, teams.sales.agent]),
    ).toBe('42501');
    expect(await run('DELETE FROM tool')).toBe('42501');
    expect(await run('DELETE FROM agent_tool WHERE tool_id = $1', [teams.sales.tool])).toBe(0);
  });

  it('gives the role no rights on any other table and, of the keys, shows its own and those it delegated', async () => {
    const url = teams.world.database.superuserUrl;
    const role = decodeURIComponent(new URL(teams.world.database.restrictedUrl).username);
    const readable: string[] = [];
    for (const table of [...(await accountTables(url)), 'account', 'master_key', 'migrations']) {
      const [row] = await query<{ may: boolean }>(url, "SELECT has_any_column_privilege($1, $2, 'SELECT') AS may", [
        role,
        table,
      ]);
      if (row?.may) readable.push(table);
    }
    const links = ['agent_mcp_server', 'agent_sub_agent', 'agent_tool'];
    expect(readable.sort()).toEqual(
      [...Object.values(TABLES), ...links, 'account', 'api_key', 'idempotency', 'run_transition'].sort(),
    );
    const all = settings({ 'app.owner_teams': '*', 'app.row_ids': '*', 'app.key_id': newId() });
    expect(await idsIn(all, 'api_key')).toEqual([]);
    const widen = restricted(all, (client) => client.query('UPDATE api_key SET owner_teams = NULL'));
    await expect(widen).rejects.toMatchObject({ code: '42501' });
  });
});

const rowLevelSecurity = async (state: 'ENABLE' | 'DISABLE'): Promise<void> => {
  const { superuserUrl } = teams.world.database;
  const tables = [...(await accountTables(superuserUrl)), 'account'];
  await connected(superuserUrl, async (client) => {
    for (const table of tables) await client.query(`ALTER TABLE ${table} ${state} ROW LEVEL SECURITY`);
  });
};

describe('with row level security off', () => {
  beforeAll(() => rowLevelSecurity('DISABLE'));
  afterAll(() => rowLevelSecurity('ENABLE'));
  afterEach(() => {
    mockConditions.hold = true;
  });

  it.each(['teams', 'ids', 'teams and ids'])(
    'the conditions of statements alone hold a key to its %s',
    async (kind) => {
      const { database: test, acme } = teams.world;
      const database = await Database.open({
        tenantUrl: test.tenantUrl,
        operatorUrl: test.operatorUrl,
        restrictedUrl: test.restrictedUrl,
        poolSize: 2,
        entities,
        preparesStatements: testSettings.PREPARED_STATEMENTS,
        vault: new Vault(Buffer.alloc(32)),
        onError: () => undefined,
      });
      try {
        const accountId = parseAccountId(acme.accountId);
        if (!accountId) throw new Error('An account has an id');
        const { agent, tool, mcpServer } = teams.support;
        const rows = {
          ownerTeams: kind === 'ids' ? null : ['support'],
          rowIds: kind === 'teams' ? null : [agent, tool, mcpServer, ...(kind === 'ids' ? [] : [teams.sales.agent])],
        };
        const caller = Caller.verified({
          kind: 'account',
          keyId: newId(),
          name: 'test',
          secretHash: Buffer.alloc(32),
          endsAt: null,
          access: { ...masterAccess(new PermissionTable([]), ''), rows },
          account: { id: accountId, slug: 'acme', status: 'ACTIVE' },
        });
        const origin = { requestId: 'test', address: '', operationName: null, reason: null, access: null };
        const scope = Scope.within(database, caller, origin, accountId);
        for (const kindOfRow of kinds) {
          const resource = resources.find(({ names }) => names.singular === kindOfRow);
          if (!resource) throw new Error(`No resource ${kindOfRow}`);
          const repository = new Repository(scope, resource.entity, new CursorCipher(Buffer.alloc(32)));
          expect(await repository.get(teams.sales[kindOfRow], [])).toBeNull();
          for (const property of new Set(['id', repository.table.order])) {
            const page = await repository.list({
              columns: [],
              predicates: [],
              order: { property, direction: 'ASC' },
              deleted: 'INCLUDE',
              size: 100,
              backwards: false,
              cursor: null,
            });
            expect(page.rows.map(({ id }) => id)).toEqual([teams.support[kindOfRow]]);
            expect(await page.count()).toEqual({ count: 1, isExact: true });
          }
          await scope.write(async (transaction) => {
            const locked = await transaction.lockRows(resource.entity, [teams.sales[kindOfRow]], { deleted: true });
            expect(locked).toEqual([]);
          });
        }
      } finally {
        await database.close();
      }
    },
  );

  it('the output guard alone filters out every row outside the restriction and raises the alarm', async () => {
    mockConditions.hold = false;
    const { world, support, sales } = teams;
    const key = await createKey(world, world.acme, { role: 'VIEWER', ownerTeams: ['support'] });
    const answer = await key.send<Record<string, { nodes: { id: string }[] }>>(
      `{ agents { nodes { id tools { id } mcpServers { id } subAgents { id name } schedules { id } } }
         tools { nodes { id } } mcpServers { nodes { id } } schedules { nodes { id agent { id } } } runs { nodes { id agent { id } } } }`,
    );
    for (const id of [...Object.values(sales), teams.unowned]) expect(answer.text).not.toContain(id);
    for (const id of Object.values(support)) expect(answer.text).toContain(id);
    for (const kind of kinds)
      expect((await key.send(`query ($id: ID!) { ${kind}(id: $id) { id } }`, { id: sales[kind] })).text).toBe(
        `{"data":{"${kind}":null}}\n`,
      );
    const alarmed = new Set(
      world.log.filter(({ alarm }) => alarm === 'row_beyond_key').map(({ typeName }) => typeName),
    );
    expect(alarmed).toEqual(new Set(['Agent', 'Tool', 'McpServer', 'Schedule', 'Run']));
  });

  it('without conditions, totals count everything, so the conditions are indeed removed', async () => {
    mockConditions.hold = false;
    const { world } = teams;
    const key = await createKey(world, world.acme, { role: 'VIEWER', ownerTeams: ['support'] });
    expect(await key.ask('{ tools { totalCount } }')).toEqual({ tools: { totalCount: 3 } });
  });
});
