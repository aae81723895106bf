/** Soft deletion keeps its guarantees in any sequence of creating, deleting, restoring and purging. */
import fc from 'fast-check';
import type { Answer, Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { Promoter } from '../promotion/client';
import { Model, TYPES, type Linked, type Outcome, type Row, type Type } from './deletion-model';

const tenants = setupTwoTenants();
const { acme, globex, master } = tenants;

const MODEL = { framework: 'LANGCHAIN', model: { provider: 'openai', name: 'gpt' } };
const LISTS = { Tool: 'tools', McpServer: 'mcpServers', Agent: 'agents', Schedule: 'schedules' } as const;
const LINKS = { Tool: 'tools', McpServer: 'mcpServers', Agent: 'subAgents' } as const;
const LINKED: readonly Linked[] = ['Tool', 'McpServer', 'Agent'];
/** An IN_USE error lists this many rows, the oldest first, and counts all of them. */
const LISTED = 20;

type Step =
  | { readonly act: 'create'; readonly type: Type; readonly name: number; readonly chosen: number }
  | { readonly act: 'delete' | 'restore' | 'purge'; readonly at: number; readonly force: boolean }
  | {
      readonly act: 'relink';
      readonly at: number;
      readonly type: Linked;
      readonly chosen: number;
      readonly stale: boolean;
    };

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
const relinking = fc.record({
  act: fc.constant('relink' as const),
  at: fc.nat(1000),
  type: fc.constantFrom(...LINKED, 'Agent' as const),
  chosen: fc.nat(255),
  stale: fc.nat(4).map((one) => one === 0),
});
const steps = fc.array(
  fc.oneof({ arbitrary: creation, weight: 4 }, { arbitrary: change, weight: 6 }, { arbitrary: relinking, weight: 3 }),
  { minLength: 36, maxLength: 52, size: 'max' },
);

/** The rows whose bits are set. */
const pick = (rows: readonly Row[], bits: number): Row[] => rows.filter((_row, at) => ((bits >> at) & 1) === 1);

/** One account, changed in the gateway and in the model at the same time. */
class Story {
  readonly #model = new Model();

  constructor(
    private readonly client: Client,
    private readonly accountId: string,
    private readonly counts: Map<string, number>,
  ) {}

  async tell(step: Step): Promise<void> {
    if (step.act === 'create') return this.#create(step);
    if (step.act === 'relink') return this.#relink(step);
    const row = this.#model.rows[step.at % this.#model.rows.length];
    if (row) await this.#change(step.act, row, step.force);
  }

  /** A tool with more users than an error lists: refused, then deleted by force, and restored with all of them. */
  async crowd(users: number): Promise<void> {
    const entry = (at: number): string =>
      `  - { name: u${at}, framework: LANGCHAIN, model: { provider: p, name: n }, tools: [used] }\n`;
    const entries = Array.from({ length: users }, (_, at) => entry(at)).join('');
    await new Promoter(this.client).apply(`schemaVersion: 1\ntools:\n  - name: used\nagents:\n${entries}`);
    const named = (starts: string): string =>
      `(first: 100, filter: { name: { startsWith: "${starts}" } }) { nodes { id name } }`;
    const made = await this.client.ask<Record<'tools' | 'agents', { nodes: { id: string; name: string }[] }>>(
      `{ tools${named('used')} agents${named('u')} }`,
    );
    const row = { refers: [], deletion: null, restored: false };
    const [used] = made.tools.nodes.map((one): Row => ({ ...row, ...one, type: 'Tool' }));
    if (!used) throw new Error('The import made no tool');
    const agents = made.agents.nodes.map((one): Row => ({ ...row, ...one, type: 'Agent', refers: [used] }));
    this.#model.rows.push(used, ...agents);
    await this.#change('delete', used, false);
    await this.#change('delete', used, true);
    await this.#change('restore', used, false);
    await this.#cycle(agents);
  }

  /** A cycle is refused while an agent on its path is deleted, because it may be restored, and after it is restored. */
  async #cycle([first, second, third]: readonly Row[]): Promise<void> {
    if (!first || !second || !third) throw new Error('A cycle needs three agents');
    await this.#link(first, 'Agent', [second]);
    await this.#link(second, 'Agent', [third]);
    await this.#change('delete', second, true);
    await this.#link(third, 'Agent', [first]);
    await this.#change('restore', second, false);
    await this.#link(third, 'Agent', [first]);
  }

  async #create({ type, name: number, chosen }: Step & { act: 'create' }): Promise<void> {
    const name = `n ${number}`;
    const agents = this.#model.live('Agent');
    const agent = agents[chosen % agents.length];
    if (type === 'Schedule' && !agent) return;
    const links = (far: Type): Row[] => pick(this.#model.live(far), chosen);
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
    const row = {
      type,
      id: answer.data.made.id,
      name: type === 'Schedule' ? '' : name,
      refers,
      deletion: null,
      restored: false,
    };
    this.#model.rows.push(row);
  }

  async #change(act: 'delete' | 'restore' | 'purge', row: Row, force: boolean): Promise<void> {
    const answer =
      act === 'purge'
        ? await tenants.master.send(
            'mutation ($accountId: ID!, $type: PurgeType!, $id: ID) { purge(accountId: $accountId, type: $type, id: $id) { purged } }',
            { accountId: this.accountId, type: row.type, id: row.id },
          )
        : await this.client.send(
            `mutation ($id: ID!) { ${act}${row.type}(id: $id${act === 'delete' ? `, force: ${String(force)}` : ''}) { id } }`,
            { id: row.id },
          );
    const outcome = this.#model[act](row, force);
    this.#compare(act, row.type, answer, outcome);
    // If a refused change had an effect, the next comparison would show it.
    if (outcome.code === 'done') await this.check();
  }

  async #relink({ at, type, chosen, stale }: Step & { act: 'relink' }): Promise<void> {
    const agents = this.#model.rows.filter((row) => row.type === 'Agent');
    const agent = agents[at % agents.length];
    if (!agent) return;
    const others = this.#model.live(type).filter((row) => row !== agent);
    const wanted = pick(stale ? this.#model.rows.filter((row) => row.type === type) : others, chosen);
    await this.#link(agent, type, wanted);
  }

  async #link(agent: Row, type: Linked, wanted: readonly Row[]): Promise<void> {
    const field = { Tool: 'toolIds', McpServer: 'mcpServerIds', Agent: 'subAgentIds' }[type];
    const answer = await this.client.send(
      'mutation ($id: ID!, $input: UpdateAgentInput!) { updateAgent(id: $id, input: $input) { id } }',
      { id: agent.id, input: { [field]: wanted.map(({ id }) => id) } },
    );
    const outcome = this.#model.relink(agent, type, wanted);
    this.#compare('relink', type, answer, outcome);
    if (outcome.code === 'done') await this.check();
  }

  #compare(act: string, type: Type, { errors }: Answer, { code, users = [], cycle }: Outcome): void {
    const [error] = errors;
    const outcome = error?.extensions.code ?? 'done';
    expect({ act, type, outcome }).toEqual({ act, type, outcome: code });
    const { references, total }: Record<string, unknown> = { references: [], total: 0, ...error?.extensions };
    const named = sorted(users).map(({ id, name }) => ({ resourceType: 'Agent', id, name }));
    expect([references, total]).toEqual([named.slice(0, LISTED), users.length]);
    expect([act, type, error?.message.includes('cycle') ?? false]).toEqual([act, type, cycle !== undefined]);
    this.#count(`${act} ${type} ${outcome}`);
    if (users.length > LISTED) this.#count(`${act} ${type} ${outcome} beyond the list`);
    if (cycle) this.#count(`cycle of ${cycle.length === 0 ? 'itself' : 'several'}`);
    if (cycle?.some(({ deletion }) => deletion !== null)) this.#count('cycle over a deleted agent');
    if (cycle?.some(({ deletion, restored }) => deletion === null && restored))
      this.#count('cycle over a restored agent');
  }

  #count(seen: string): void {
    this.counts.set(seen, (this.counts.get(seen) ?? 0) + 1);
  }

  /** Lists, nested rows and deleted rows show what the model contains; at the end of a sequence, so do the counts. */
  async check(counted = false): Promise<void> {
    const count = counted ? 'totalCount' : '';
    const links = Object.values(LINKS).map((link) => `${link} { id }`);
    const fields = TYPES.flatMap((type) => [
      `${type}: ${LISTS[type]}(first: 100) { nodes { id ${type === 'Agent' ? links.join(' ') : ''} } ${count} }`,
      `${type}Gone: ${LISTS[type]}(first: 100, deleted: ONLY) { nodes { id } ${count} }`,
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
          ...[list, idsOf(rows), counted ? rows.length : undefined],
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

/** Cases that the sequences must have covered; otherwise the property proves less than it seems to. */
const MUST_HAPPEN = [
  ...['Tool', 'McpServer', 'Agent'].flatMap((type) => [
    ...[`create ${type} CONFLICT`, `delete ${type} done`, `delete ${type} IN_USE`, `delete ${type} NOT_FOUND`],
    ...[`restore ${type} done`, `restore ${type} CONFLICT`, `purge ${type} done`, `purge ${type} CONFLICT`],
  ]),
  ...['delete Schedule done', 'restore Schedule done', 'restore Schedule CONFLICT', 'purge Schedule done'],
  ...LINKED.flatMap((type) => [`relink ${type} done`, `relink ${type} BAD_USER_INPUT`, `relink ${type} NOT_FOUND`]),
  ...['cycle of itself', 'cycle of several', 'cycle over a deleted agent', 'cycle over a restored agent'],
  'delete Tool IN_USE beyond the list',
];

const [ROUNDS, TOGETHER] = [5, 5];

it('deletion matches its model for generated sequences of create, link, delete, restore and purge', async () => {
  const counts = new Map<string, number>();
  let stories = 0;
  const tell = async (told: readonly Step[], crowded: boolean): Promise<void> => {
    stories += 1;
    const tenant = await tenants.createAccount(`story-${stories}`);
    const story = new Story(tenant, tenant.accountId, counts);
    for (const step of told) await story.tell(step);
    if (crowded) await story.crowd(LISTED + 3);
    await story.check(true);
  };
  await fc.assert(
    // Accounts are changed concurrently: they must not affect each other.
    fc.asyncProperty(fc.tuple(...Array.from({ length: TOGETHER }, () => steps)), async (several) => {
      await Promise.all(several.map((told) => tell(told, stories === 0)));
    }),
    { numRuns: ROUNDS, seed: 4, interruptAfterTimeLimit: 60_000 },
  );
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `soft delete: ${stories} stories, ${all} steps; ${JSON.stringify(Object.fromEntries(counts))}\n`,
  );
  expect([...counts.keys()]).toEqual(expect.arrayContaining(MUST_HAPPEN));
}, 120_000);

it('a row in use is not deleted; the error lists the first 20 rows that refer to it and counts them all', async () => {
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
    `23 row(s) refer to this one, for example the Agent ${JSON.stringify(listed[0]?.name)}; the first 20 are listed. Change them first, or delete with force: true.`,
  );
  expect(await acme.ask('{ tools { nodes { name } } }')).toEqual({ tools: { nodes: [{ name: 'used' }] } });
});

it('expired runs are purged, oldest first, for one account only', async () => {
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
