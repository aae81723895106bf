/** Any sequence of creating, deleting, restoring and purging keeps the promises of soft delete. */
import fc from 'fast-check';
import { createWorld, type Answer, type Client, type World } from '../harness/gateway';
import { Promoter } from '../promotion/client';
import { Model, TYPES, type Outcome, type Row, type Type } from './deletion-model';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const MODEL = { framework: 'LANGCHAIN', model: { provider: 'openai', name: 'gpt' } };
const LISTS = { Tool: 'tools', McpServer: 'mcpServers', Agent: 'agents', Schedule: 'schedules' } as const;
const LINKS = { Tool: 'tools', McpServer: 'mcpServers', Agent: 'subAgents' } as const;

type Step =
  | { readonly act: 'create'; readonly type: Type; readonly name: number; readonly chosen: number }
  | { readonly act: 'delete' | 'restore' | 'purge'; readonly at: number; readonly force: boolean };

const creation = fc.record({
  act: fc.constant('create' as const),
  type: fc.constantFrom(...TYPES, 'Agent' as const),
  name: fc.nat(3),
  chosen: fc.nat(255),
});
const change = fc.record({
  act: fc.constantFrom('delete' as const, 'delete' as const, 'restore' as const, 'restore' as const, 'purge' as const),
  at: fc.nat(1000),
  force: fc.boolean(),
});
const steps = fc.array(fc.oneof({ arbitrary: creation, weight: 2 }, { arbitrary: change, weight: 3 }), {
  minLength: 40,
  maxLength: 60,
  size: 'max',
});

/** One account, told to the gateway and to the model at the same time. */
class Story {
  readonly #model = new Model();

  constructor(
    private readonly client: Client,
    private readonly accountId: string,
    private readonly counts: Map<string, number>,
  ) {}

  async tell(step: Step): Promise<void> {
    if (step.act === 'create') return this.#create(step);
    const row = this.#model.rows[step.at % this.#model.rows.length];
    if (row) await this.#change(step.act, row, step.force);
  }

  async #create({ type, name: number, chosen }: Step & { act: 'create' }): Promise<void> {
    const name = `n ${number}`;
    const agents = this.#model.live('Agent');
    const agent = agents[chosen % agents.length];
    if (type === 'Schedule' && !agent) return;
    const links = (far: Type): Row[] => this.#model.live(far).filter((_row, at) => ((chosen >> at) & 1) === 1);
    const ids = (far: Type): string[] => links(far).map(({ id }) => id);
    const input = {
      Tool: { name },
      McpServer: { name, config: { url: 'https://mcp.example/' } },
      Agent: {
        ...{ name, ...MODEL },
        ...{ toolIds: ids('Tool'), mcpServerIds: ids('McpServer'), subAgentIds: ids('Agent') },
      },
      Schedule: { agentId: agent?.id, cron: '0 9 * * *' },
    }[type];
    const refers = {
      ...{ Tool: [], McpServer: [], Schedule: agent ? [agent] : [] },
      Agent: [...links('Tool'), ...links('McpServer'), ...agents.filter(({ id }) => ids('Agent').includes(id))],
    }[type];
    const answer = await this.client.send<{ made: { id: string } }>(
      `mutation ($input: Create${type}Input!) { made: create${type}(input: $input) { id } }`,
      { input },
    );
    const taken = this.#model.isTaken(type, name);
    this.#compare('create', type, answer, { code: taken ? 'CONFLICT' : 'done' });
    if (taken) return;
    const row = { type, id: answer.data.made.id, name: type === 'Schedule' ? '' : name, refers, deletion: null };
    this.#model.rows.push(row);
  }

  async #change(act: 'delete' | 'restore' | 'purge', row: Row, force: boolean): Promise<void> {
    const answer =
      act === 'purge'
        ? await world.master.send(
            'mutation ($accountId: ID!, $type: PurgeType!, $id: ID) { purge(accountId: $accountId, type: $type, id: $id) { purged } }',
            { accountId: this.accountId, type: row.type, id: row.id },
          )
        : await this.client.send(
            `mutation ($id: ID!) { ${act}${row.type}(id: $id${act === 'delete' ? `, force: ${String(force)}` : ''}) { id } }`,
            { id: row.id },
          );
    this.#compare(act, row.type, answer, this.#model[act](row, force));
    await this.check();
  }

  #compare(act: string, type: Type, { errors }: Answer, { code, users = [] }: Outcome): void {
    const [error] = errors;
    const outcome = error?.extensions.code ?? 'done';
    const references = (error?.extensions['references'] ?? []) as { resourceType: string; id: string; name: string }[];
    expect({ act, type, outcome }).toEqual({ act, type, outcome: code });
    const named = this.#model.rows.filter(({ id }) => users.includes(id));
    expect(sorted(references)).toEqual(sorted(named.map(({ id, name }) => ({ resourceType: 'Agent', id, name }))));
    const seen = `${act} ${type} ${outcome}`;
    this.counts.set(seen, (this.counts.get(seen) ?? 0) + 1);
  }

  /** Lists, counts, nesting and the deleted rows show exactly what should be there. */
  async check(): Promise<void> {
    const links = Object.values(LINKS).map((link) => `${link} { id }`);
    const fields = TYPES.flatMap((type) => [
      `${type}: ${LISTS[type]}(first: 60) { nodes { id ${type === 'Agent' ? links.join(' ') : ''} } totalCount }`,
      `${type}Gone: ${LISTS[type]}(first: 60, deleted: ONLY) { nodes { id } totalCount }`,
    ]);
    type Node = Record<'id', string> & Record<'tools' | 'mcpServers' | 'subAgents', { id: string }[]>;
    const read = await this.client.ask<Record<string, { nodes: Node[]; totalCount: number }>>(
      `{ ${fields.join('\n')} }`,
    );
    const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id).sort();
    for (const type of TYPES) {
      for (const [list, rows] of [
        [type, this.#model.live(type)],
        [`${type}Gone`, this.#model.gone(type)],
      ] as const) {
        expect([list, idsOf(read[list]?.nodes ?? []), read[list]?.totalCount]).toEqual([
          ...[list, idsOf(rows), rows.length],
        ]);
      }
    }
    for (const row of this.#model.live('Agent')) {
      const node = read['Agent']?.nodes.find(({ id }) => id === row.id);
      for (const type of ['Tool', 'McpServer', 'Agent'] as const) {
        expect([type, idsOf(node?.[LINKS[type]] ?? [])]).toEqual([type, idsOf(this.#model.shown(row, type))]);
      }
    }
  }
}

const sorted = <One extends { id: string }>(rows: readonly One[]): One[] =>
  [...rows].sort((a, b) => a.id.localeCompare(b.id));

/** What the stories must have come through, or the property says less than it seems to. */
const MUST_HAPPEN = [
  ...['Tool', 'McpServer', 'Agent'].flatMap((type) => [
    ...[`create ${type} CONFLICT`, `delete ${type} done`, `delete ${type} IN_USE`, `delete ${type} NOT_FOUND`],
    ...[`restore ${type} done`, `restore ${type} CONFLICT`, `purge ${type} done`, `purge ${type} CONFLICT`],
  ]),
  ...['delete Schedule done', 'restore Schedule done', 'restore Schedule CONFLICT', 'purge Schedule done'],
];

it('whatever is created, deleted, restored and purged in whatever order', async () => {
  const counts = new Map<string, number>();
  let stories = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (told) => {
      stories += 1;
      const tenant = await world.createAccount(`story-${stories}`);
      const story = new Story(tenant, tenant.accountId, counts);
      for (const step of told) await story.tell(step);
    }),
    { numRuns: 12, seed: 3 },
  );
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `soft delete: ${stories} stories, ${all} steps; ${JSON.stringify(Object.fromEntries(counts))}\n`,
  );
  expect([...counts.keys()]).toEqual(expect.arrayContaining(MUST_HAPPEN));
}, 120_000);

it('a row in use is kept, and the refusal lists the first 20 of the live rows that refer to it and says how many there are', async () => {
  const { acme } = world;
  const users = Array.from(
    { length: 23 },
    (_, at) => `  - { name: u${at}, framework: LANGCHAIN, model: { provider: p, name: n }, tools: [used] }\n`,
  );
  await new Promoter(acme).apply(`schemaVersion: 1\ntools:\n  - name: used\nagents:\n${users.join('')}`);
  const { tools } = await acme.ask<{ tools: { nodes: { id: string; agents: { id: string; name: string }[] }[] } }>(
    '{ tools(filter: { name: { equals: "used" } }) { nodes { id agents { id name } } } }',
  );
  const [used] = tools.nodes;
  const refused = await acme.send('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id: used?.id });
  const listed = sorted(used?.agents ?? []).slice(0, 20);
  expect(refused.errors[0]?.extensions).toMatchObject({
    code: 'IN_USE',
    total: 23,
    references: listed.map((one) => ({ resourceType: 'Agent', ...one })),
  });
  expect(refused.errors[0]?.message).toBe(
    `23 live row(s) refer to this one, for example the Agent ${JSON.stringify(listed[0]?.name)}; the first 20 are listed. Change them first, or delete with force: true.`,
  );
  expect(await acme.ask('{ tools { nodes { name } } }')).toEqual({ tools: { nodes: [{ name: 'used' }] } });
});

it('runs past their retention are removed, oldest first, for one account only', async () => {
  const { acme, globex, master } = world;
  for (const tenant of [acme, globex]) {
    const { a } = await tenant.ask<{ a: { id: string } }>(
      'mutation ($input: CreateAgentInput!) { a: createAgent(input: $input) { id } }',
      { input: { name: 'runner', ...MODEL } },
    );
    for (let run = 0; run < 2; run += 1)
      await tenant.ask('mutation ($id: ID!) { startRun(agentId: $id) { id } }', { id: a.id });
  }
  const purge =
    'mutation ($accountId: ID!, $before: DateTime) { purge(accountId: $accountId, type: Run, before: $before) { purged more } }';
  const far = { accountId: acme.accountId, before: '2099-01-01T00:00:00Z' };
  expect(await master.ask(purge, { ...far, before: '2020-01-01T00:00:00Z' })).toEqual({
    purge: { purged: 0, more: false },
  });
  expect(await master.ask(purge, far)).toEqual({ purge: { purged: 2, more: false } });
  expect((await acme.send(purge, far)).errors[0]?.extensions.code).toBe('FORBIDDEN');
  const left = '{ runs { totalCount } }';
  expect([await acme.ask(left), await globex.ask(left)]).toEqual([
    { runs: { totalCount: 0 } },
    { runs: { totalCount: 2 } },
  ]);
});
