/** Runs end exactly once, even with concurrent requests, and only retention removes them. */
import { connected, query } from '../harness/sql';
import { setupTwoTenants } from '../harness/setup-tenants';

let agentId: string;
const tenants = setupTwoTenants();

beforeAll(async () => {
  const { createAgent } = await tenants.acme.ask<{ createAgent: { id: string } }>(
    'mutation { createAgent(input: { name: "runner", framework: LANGCHAIN, model: { provider: "openai", name: "gpt" } }) { id } }',
  );
  agentId = createAgent.id;
});

const FINISH = 'mutation ($id: ID!, $status: RunOutcome!) { finishRun(id: $id, status: $status) { status } }';
const CANCEL = 'mutation ($id: ID!) { cancelRun(id: $id) { status finishedAt } }';
const start = async (): Promise<string> =>
  (
    await tenants.acme.ask<{ startRun: { id: string } }>('mutation ($id: ID!) { startRun(agentId: $id) { id } }', {
      id: agentId,
    })
  ).startRun.id;
const codeOf = ({ errors }: { errors: readonly { extensions: { code: string } }[] }): string =>
  errors[0]?.extensions.code ?? 'done';

it('of two concurrent attempts to finish a run, one succeeds and the other is told that it has ended', async () => {
  const id = await start();
  const WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  const both = await connected(tenants.database.superuserUrl, async (holder) => {
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM run WHERE account_id = $1 AND id = $2 FOR UPDATE', [tenants.acme.accountId, id]);
    const sent = ['SUCCESS', 'FAILED'].map((status) => tenants.acme.send(FINISH, { id, status }));
    let waiting: object[] = [];
    while (waiting.length < 2) waiting = await query(tenants.database.superuserUrl, WAITING);
    await holder.query('COMMIT');
    return Promise.all(sent);
  });
  expect(both.map(codeOf).sort()).toEqual(['CONFLICT', 'done']);
});

it.each(['SUCCESS', 'FAILED', 'CANCELLED'])('a run that is %s stays so', async (status) => {
  const id = await start();
  const ended =
    status === 'CANCELLED' ? await tenants.acme.send(CANCEL, { id }) : await tenants.acme.send(FINISH, { id, status });
  expect(codeOf(ended)).toBe('done');
  const shown = '{ status version finishedAt }';
  const read = (): Promise<object> => tenants.acme.ask(`query ($id: ID!) { run(id: $id) ${shown} }`, { id });
  const kept = await read();
  expect(kept).toMatchObject({ run: { status, version: 2, finishedAt: expect.any(String) } });
  for (const again of ['SUCCESS', 'FAILED']) {
    expect(codeOf(await tenants.acme.send(FINISH, { id, status: again }))).toBe('CONFLICT');
  }
  expect(codeOf(await tenants.acme.send(CANCEL, { id }))).toBe('CONFLICT');
  expect(await read()).toEqual(kept);
});

it('retention removes the runs that started before its limit, and no others', async () => {
  const [old, recent] = [await start(), await start()];
  await query(tenants.database.superuserUrl, "UPDATE run SET started_at = now() - interval '100 days' WHERE id = $1", [
    old,
  ]);
  const purged = await tenants.master.ask(
    'mutation ($accountId: ID!, $before: DateTime) { purge(accountId: $accountId, type: Run, before: $before) { purged more } }',
    { accountId: tenants.acme.accountId, before: new Date(Date.now() - 90 * 86_400_000).toISOString() },
  );
  expect(purged).toEqual({ purge: { purged: 1, more: false } });
  const left = 'query ($old: ID!, $recent: ID!) { old: run(id: $old) { id } recent: run(id: $recent) { id } }';
  expect(await tenants.acme.ask(left, { old, recent })).toEqual({ old: null, recent: { id: recent } });
});
