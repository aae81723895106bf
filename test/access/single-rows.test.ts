/** Keys of single rows, and restrictions to rows that are refused. */
import { newId } from '../../src/db/ids';
import { eventually } from '../harness/eventually';
import { query } from '../harness/sql';
import { createKey } from './keys';
import { createTeams, EVERYTHING, madeId, type Lists, type Teams } from './teams';

let teams: Teams;

beforeAll(async () => {
  teams = await createTeams();
}, 60_000);
afterAll(() => teams.world.close());

describe('a key of single rows', () => {
  it('reads these and what belongs to them, and creates none', async () => {
    const { agent, tool, schedule, run } = teams.sales;
    const key = await createKey(teams.world, teams.world.acme, {
      role: 'CREATOR',
      rowIds: [agent, tool.toUpperCase()],
    });
    const lists = await key.ask<Lists>(EVERYTHING);
    expect(
      Object.fromEntries(Object.entries(lists).map(([name, { nodes }]) => [name, nodes.map(({ id }) => id)])),
    ).toEqual({
      agents: [agent],
      tools: [tool],
      mcpServers: [],
      schedules: [schedule],
      runs: [run],
    });
    const answer = await key.send('mutation { createTool(input: { name: "new" }) { id } }');
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining('restricted to single rows') },
    ]);
    await madeId(key, `startRun(agentId: "${agent}")`);
    expect(await key.ask(`mutation { updateTool(id: "${tool}", input: { description: "x" }) { id } }`)).toEqual({
      updateTool: { id: tool },
    });
  });

  it('with ownerTeams reads only rows that match both', async () => {
    const { acme } = teams.world;
    const rowIds = [teams.sales.agent, teams.support.agent];
    const key = await createKey(teams.world, acme, { role: 'VIEWER', rowIds, ownerTeams: ['sales'] });
    const { agents, schedules } = await key.ask<Lists>(EVERYTHING);
    expect(agents.nodes.map(({ id }) => id)).toEqual([teams.sales.agent]);
    expect(schedules.nodes.map(({ id }) => id)).toEqual([teams.sales.schedule]);
  });

  it('matches nothing once its rows are deleted, and never everything', async () => {
    const { acme, database } = teams.world;
    const tool = await madeId(acme, 'createTool(input: { name: "short-lived" })');
    const key = await createKey(teams.world, acme, { role: 'VIEWER', rowIds: [tool] });
    const count = async (): Promise<number> =>
      (await key.ask<Lists>('{ tools { totalCount nodes { id } } }')).tools.totalCount;
    expect(await count()).toBe(1);
    await acme.ask(`mutation { deleteTool(id: "${tool}") { id } }`);
    expect(await count()).toBe(0);
    for (const unreadable of ['[]', '"everything"', '[1]', '{}']) {
      await query(database.superuserUrl, 'UPDATE api_key SET row_ids = $2::jsonb WHERE id = $1', [key.id, unreadable]);
      await eventually(
        async () => (await key.ask<Lists>('{ agents { totalCount nodes { id } } }')).agents.totalCount === 0,
      );
    }
  });
});

describe('a restriction is refused', () => {
  it.each<[string, () => object, readonly (string | number)[], string]>([
    ['to a row of another account', () => ({ rowIds: [globexTool] }), ['input', 'rowIds', 0], 'is not the id of any'],
    ['to a row that never existed', () => ({ rowIds: [newId()] }), ['input', 'rowIds', 0], 'is not the id of any'],
    [
      'to a row that belongs to another row',
      () => ({ rowIds: [teams.sales.run] }),
      ['input', 'rowIds', 0],
      'is not the id of any',
    ],
    ['to something that is not an id', () => ({ rowIds: ['x'] }), ['input', 'rowIds', 0], 'is not the id of any'],
    ['to an empty list of rows', () => ({ rowIds: [] }), ['input', 'rowIds'], 'must name a row'],
    ['to an empty list of teams', () => ({ ownerTeams: [] }), ['input', 'ownerTeams'], 'must name a team'],
    ['to a team without a name', () => ({ ownerTeams: [''] }), ['input', 'ownerTeams', 0], '1 to 255 characters'],
    [
      'to a name that is too long',
      () => ({ ownerTeams: ['x'.repeat(256)] }),
      ['input', 'ownerTeams', 0],
      '1 to 255 characters',
    ],
    [
      'that would leave no permission',
      () => ({ role: 'ADMINISTRATOR', resourceTypes: ['apiKeys'], ownerTeams: ['support'] }),
      ['input', 'ownerTeams'],
      'could access nothing',
    ],
  ])('%s', async (_title, input, path, words) => {
    const answer = await teams.world.acme.send(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
      { input: { name: 'x', role: 'VIEWER', ...input() } },
    );
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path }, message: expect.stringContaining(words) },
    ]);
  });

  let globexTool = '';
  beforeAll(async () => {
    globexTool = await madeId(teams.world.globex, 'createTool(input: { name: "theirs" })');
  });
});
