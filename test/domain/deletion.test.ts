/** Any sequence of creating, deleting, restoring and purging keeps the promises of soft delete. */
import fc from 'fast-check';
import { createWorld, type Client, type World } from '../harness/gateway';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const MODEL = { framework: 'LANGCHAIN', model: { provider: 'openai', name: 'gpt' } };

/** What should be there: the rows of a run of the property, by their ids. */
interface Row {
  readonly id: string;
  readonly type: 'Tool' | 'Agent' | 'Schedule';
  readonly name: string;
  readonly refers: readonly Row[];
  /** null while live, else the number of the deletion that took it. */
  deletion: number | null;
}

type Step =
  | { readonly act: 'tool' | 'agent' | 'schedule'; readonly name: number }
  | { readonly act: 'delete' | 'restore' | 'purge'; readonly at: number; readonly force: boolean };

const steps = fc.array(
  fc.oneof(
    fc.record({ act: fc.constantFrom('tool' as const, 'agent' as const, 'schedule' as const), name: fc.nat(3) }),
    fc.record({
      act: fc.constantFrom(
        'delete' as const,
        'delete' as const,
        'restore' as const,
        'restore' as const,
        'purge' as const,
      ),
      at: fc.nat(20),
      force: fc.boolean(),
    }),
  ),
  { minLength: 4, maxLength: 14 },
);

class Story {
  readonly rows: Row[] = [];
  readonly counts: Record<string, number> = {};
  #deletions = 0;

  constructor(
    private readonly client: Client,
    private readonly accountId: string,
    private readonly label: string,
  ) {}

  async tell(step: Step): Promise<void> {
    if ('name' in step) await this.#create(step.act, `${this.label} ${step.name}`);
    else if (this.rows.length > 0) await this.#change(step.act, this.rows[step.at % this.rows.length], step.force);
  }

  #live(type: Row['type']): Row[] {
    return this.rows.filter((row) => row.type === type && row.deletion === null);
  }

  async #create(act: 'tool' | 'agent' | 'schedule', name: string): Promise<void> {
    const type = act === 'tool' ? 'Tool' : act === 'agent' ? 'Agent' : 'Schedule';
    const [tool, agent] = [this.#live('Tool')[0], this.#live('Agent')[0]];
    if (type === 'Schedule' && !agent) return;
    const refers = type === 'Agent' && tool ? [tool] : type === 'Schedule' && agent ? [agent] : [];
    const input = {
      Tool: { name },
      Agent: { name, ...MODEL, toolIds: refers.map(({ id }) => id) },
      Schedule: { agentId: agent?.id, cron: '0 9 * * *' },
    }[type];
    const answer = await this.client.send<{ made: { id: string } }>(
      `mutation ($input: Create${type}Input!) { made: create${type}(input: $input) { id } }`,
      { input },
    );
    const taken = type !== 'Schedule' && this.#live(type).some((row) => row.name === name);
    expect(this.#outcome(answer)).toBe(taken ? 'CONFLICT' : 'done');
    if (!taken) this.rows.push({ id: answer.data.made.id, type, name, refers, deletion: null });
  }

  async #change(act: 'delete' | 'restore' | 'purge', row: Row | undefined, force: boolean): Promise<void> {
    if (!row) return;
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
    const outcome = this.#outcome(answer);
    this.counts[`${act} ${outcome}`] = (this.counts[`${act} ${outcome}`] ?? 0) + 1;
    expect({ act, outcome }).toEqual({ act, outcome: this[act](row, force) });
  }

  #outcome({ errors }: { errors: readonly { extensions: { code: string } }[] }): string {
    return errors[0]?.extensions.code ?? 'done';
  }

  delete(row: Row, force: boolean): string {
    if (row.deletion !== null) return 'NOT_FOUND';
    const users = this.#live('Agent').filter((one) => one.refers.includes(row));
    if (users.length > 0 && !force) return 'IN_USE';
    this.#deletions += 1;
    row.deletion = this.#deletions;
    if (row.type === 'Agent')
      for (const one of this.#live('Schedule')) if (one.refers.includes(row)) one.deletion = this.#deletions;
    return 'done';
  }

  restore(row: Row): string {
    if (row.deletion === null) return 'done';
    if (row.type === 'Schedule' && row.refers.some((one) => one.deletion !== null)) return 'CONFLICT';
    if (row.type !== 'Schedule' && this.#live(row.type).some(({ name }) => name === row.name)) return 'CONFLICT';
    const taken = row.deletion;
    for (const one of this.rows) if (one.deletion === taken) one.deletion = null;
    return 'done';
  }

  purge(row: Row): string {
    if (row.deletion === null) return 'CONFLICT';
    const gone = this.rows.filter((one) => one === row || (one.type === 'Schedule' && one.refers.includes(row)));
    for (const one of gone) this.rows.splice(this.rows.indexOf(one), 1);
    return 'done';
  }

  /** Lists, single rows, nesting and the deleted rows show exactly what should be there. */
  async check(): Promise<void> {
    const nodes = '{ nodes { id } totalCount }';
    const read = await this.client.ask<
      Record<string, { nodes: { id: string; tools: { id: string }[] }[]; totalCount: number }>
    >(
      `{ Tool: tools(first: 100) ${nodes} Agent: agents(first: 100) { nodes { id tools { id } } totalCount } Schedule: schedules(first: 100) ${nodes}
         ToolGone: tools(first: 100, deleted: ONLY) ${nodes} AgentGone: agents(first: 100, deleted: ONLY) ${nodes} ScheduleGone: schedules(first: 100, deleted: ONLY) ${nodes} }`,
    );
    const ids = (rows: readonly { id: string }[] = []): string[] => rows.map(({ id }) => id).sort();
    for (const type of ['Tool', 'Agent', 'Schedule'] as const) {
      expect(ids(read[type]?.nodes)).toEqual(ids(this.#live(type)));
      expect(read[type]?.totalCount).toBe(this.#live(type).length);
      expect(ids(read[`${type}Gone`]?.nodes)).toEqual(
        ids(this.rows.filter((row) => row.type === type && row.deletion !== null)),
      );
    }
    for (const agent of read['Agent']?.nodes ?? []) {
      const known = this.rows.find(({ id }) => id === agent.id);
      expect(ids(agent.tools)).toEqual(
        ids(known?.refers.filter((one) => this.rows.includes(one) && one.deletion === null)),
      );
    }
  }
}

it('whatever is created, deleted, restored and purged in whatever order', async () => {
  const counts: Record<string, number> = {};
  let story = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (told) => {
      story += 1;
      const tenant = await world.createAccount(`story-${story}`);
      const one = new Story(tenant, tenant.accountId, 'n');
      for (const step of told) await one.tell(step);
      await one.check();
      for (const [name, count] of Object.entries(one.counts)) counts[name] = (counts[name] ?? 0) + count;
    }),
    { numRuns: 25, seed: 3 },
  );
  process.stdout.write(`soft delete: ${story} stories; ${JSON.stringify(counts)}\n`);
  for (const seen of [
    'delete done',
    'delete IN_USE',
    'delete NOT_FOUND',
    'restore done',
    'restore CONFLICT',
    'purge done',
  ])
    expect(Object.keys(counts)).toContain(seen);
}, 120_000);

it('a row in use is kept, and the refusal lists the live rows that refer to it', async () => {
  const { acme } = world;
  const { t } = await acme.ask<{ t: { id: string } }>('mutation { t: createTool(input: { name: "used" }) { id } }');
  const { a } = await acme.ask<{ a: { id: string } }>(
    'mutation ($input: CreateAgentInput!) { a: createAgent(input: $input) { id } }',
    { input: { name: 'user', ...MODEL, toolIds: [t.id] } },
  );
  const refused = await acme.send('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id: t.id });
  expect(refused.errors[0]?.extensions).toMatchObject({
    code: 'IN_USE',
    references: [{ resourceType: 'Agent', id: a.id, name: 'user' }],
  });
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
