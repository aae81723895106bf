/** Failed deliveries: retried, then abandoned; slow endpoints, suspended accounts, and tests of a webhook. */
import { randomUUID } from 'node:crypto';
import type { PreparedQuery } from '../../src/db/pipeline/batch';
import { advance, endLease, postpone, renewLease } from '../../src/db/statements/webhooks';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { query } from '../harness/sql';
import {
  createTool,
  createWebhook,
  DELIVERING,
  deliveriesOf,
  lastSequence,
  makeDue,
  range,
  until,
  webhookOf,
} from './client';
import { answerWith, Receiver, verifyDelivery } from './receiver';

let tenants: TwoTenants;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await Receiver.start();
  tenants = await createTwoTenants({ settings: DELIVERING });
  await createWebhook(tenants.globex, { name: 'neighbour', url: receiver.url('/globex') });
}, 60_000);
afterAll(async () => {
  await tenants.close();
  await receiver.close();
});

/** Another account's deliveries, in order: once they have arrived, everything that was due before them has, too. */
async function serveOthers(): Promise<void> {
  for (const round of range(1, 3)) {
    const before = receiver.of('/globex').length;
    await createTool(tenants.globex, `meanwhile ${round} ${randomUUID()}`);
    await until(() => receiver.of('/globex').length > before);
  }
}

test('a rejected event is retried before later events are sent, and the log has every attempt', async () => {
  const { acme } = tenants;
  receiver.answers.set('/failing', answerWith(500));
  const { id } = await createWebhook(acme, { name: 'failing', url: receiver.url('/failing') });
  const first = await lastSequence(acme);
  await until(async () => (await webhookOf(acme, id)).failures === 1);
  expect((await webhookOf(acme, id)).nextAttemptAt).not.toBeNull();
  await makeDue(tenants.database.superuserUrl, id);
  await until(async () => (await webhookOf(acme, id)).failures === 2);
  receiver.answers.delete('/failing');
  await makeDue(tenants.database.superuserUrl, id);
  await until(async () => (await webhookOf(acme, id)).position === first);
  expect(receiver.sequences('/failing')).toEqual([first, first, first]);
  expect(await deliveriesOf(acme, id)).toMatchObject([
    { attempt: 3, status: 'SUCCEEDED', problem: null, nextAttemptAt: null },
    { attempt: 2, status: 'REJECTED', responseStatus: 500 },
    { attempt: 1, status: 'REJECTED', responseStatus: 500, problem: 'The endpoint answered with 500.' },
  ]);
});

test('a webhook whose endpoint fails for days is disabled and audited, and continues where it stopped once it is enabled', async () => {
  const { acme, database } = tenants;
  receiver.answers.set('/dead', answerWith(503));
  const { id } = await createWebhook(acme, { name: 'dead', url: receiver.url('/dead') });
  const first = await lastSequence(acme);
  await until(async () => (await webhookOf(acme, id)).failures === 1);
  await query(
    database.superuserUrl,
    `UPDATE webhook_state SET failing_since = now() - interval '4 days', next_attempt_at = now() WHERE id = $1`,
    [id],
  );
  await until(async () => !(await webhookOf(acme, id)).enabled);
  const disabled = await webhookOf(acme, id);
  expect(disabled.disabledReason).toContain('Deliveries have failed for 3 days');
  const { history } = await acme.ask<{ history: { nodes: Record<string, unknown>[] } }>(
    'query ($id: ID!) { history(id: $id, resourceType: "Webhook") { nodes { actorKind actorName action reason changes { path after } } } }',
    { id },
  );
  expect(history.nodes.at(-1)).toMatchObject({
    actorKind: 'GATEWAY',
    actorName: 'webhook deliveries',
    action: 'UPDATE',
    reason: disabled.disabledReason,
    changes: [{ path: 'disabledReason' }, { path: 'enabled', after: false }],
  });
  receiver.answers.delete('/dead');
  await acme.ask('mutation ($id: ID!) { updateWebhook(id: $id, input: { enabled: true }) { id } }', { id });
  await until(async () => ((await webhookOf(acme, id)).position ?? 0) > first);
  expect(receiver.sequences('/dead').slice(0, 3)).toEqual([first, first, first]);
  expect(await webhookOf(acme, id)).toMatchObject({ enabled: true, disabledReason: null, failures: 0 });
});

test('an endpoint that no longer exists is disabled at once', async () => {
  const { acme } = tenants;
  receiver.answers.set('/gone', answerWith(410));
  const { id } = await createWebhook(acme, { name: 'gone', url: receiver.url('/gone') });
  await until(async () => !(await webhookOf(acme, id)).enabled);
  expect((await webhookOf(acme, id)).disabledReason).toContain('410 Gone');
});

test('a slow endpoint of one account delays no other account', async () => {
  const { acme, globex } = tenants;
  receiver.answers.set('/slow', () => undefined);
  const slow = await Promise.all(
    range(1, 6).map((index) => createWebhook(acme, { name: `slow ${index}`, url: receiver.url('/slow') })),
  );
  const before = receiver.of('/globex').length;
  await until(() => receiver.of('/slow').length > 0);
  await createTool(globex, 'not delayed');
  await until(() => receiver.of('/globex').length > before);
  await until(async () => (await deliveriesOf(acme, slow[0]?.id ?? '')).some(({ status }) => status === 'TIMED_OUT'));
  for (const { id } of slow) await acme.ask('mutation ($id: ID!) { deleteWebhook(id: $id) { id } }', { id });
});

test.each([
  ['disabled', 'mutation ($id: ID!) { updateWebhook(id: $id, input: { enabled: false }) { id } }'],
  ['deleted', 'mutation ($id: ID!) { deleteWebhook(id: $id) { id } }'],
])('nothing is delivered to a webhook that is %s', async (state, mutation) => {
  const { acme } = tenants;
  const { id } = await createWebhook(acme, { name: state, url: receiver.url(`/${state}`) });
  await until(() => receiver.of(`/${state}`).length === 1);
  await acme.ask(mutation, { id });
  await createTool(acme, `after it was ${state}`);
  await serveOthers();
  expect(receiver.of(`/${state}`)).toHaveLength(1);
});

test('a write under an expired lease is refused', async () => {
  const { acme, database } = tenants;
  const { id } = await createWebhook(acme, { name: 'leased', url: receiver.url('/leased') });
  await until(() => receiver.of('/leased').length === 1);
  // No other dispatcher takes it in the meantime.
  const hold = `UPDATE webhook_state SET lease = 1000, lease_until = now() + interval '1 hour' WHERE id = $1`;
  await query(database.superuserUrl, hold, [id]);
  const run = ({ text, values }: PreparedQuery): Promise<unknown[]> => query(database.superuserUrl, text, [...values]);
  const state = async (): Promise<unknown> =>
    (await query(database.superuserUrl, 'SELECT * FROM webhook_state WHERE id = $1', [id]))[0];
  const [older, own] = [999, 1_000].map((lease) => ({ accountId: acme.accountId, id, lease }));
  if (!older || !own) throw new Error('There are two.');
  const before = await state();
  expect(await run(renewLease(older, 1_000))).toEqual([]);
  await run(advance(older, 1_000_000));
  await run(postpone(older, 1_000_000));
  await run(endLease(older));
  expect(await state()).toEqual(before);
  expect(await run(renewLease(own, 3_600_000))).toHaveLength(1);
  await run(endLease(own));
});

test('nothing is delivered for a suspended account', async () => {
  const { master } = tenants;
  const initech = await tenants.createAccount(`initech-${Date.now().toString(36)}`);
  await createWebhook(initech, { name: 'suspended', url: receiver.url('/suspended') });
  await until(() => receiver.of('/suspended').length === 1);
  const at = { accountId: initech.accountId };
  await master.ask('mutation ($accountId: ID!) { suspendAccount(id: $accountId) { id } }', at);
  await master.ask(
    'mutation ($accountId: ID!) { createTool(accountId: $accountId, input: { name: "t", type: NATIVE }) { id } }',
    at,
  );
  await serveOthers();
  expect(receiver.of('/suspended')).toHaveLength(1);
  await master.ask('mutation ($accountId: ID!) { reactivateAccount(id: $accountId) { id } }', at);
  await until(() => receiver.of('/suspended').some(({ event }) => event.data.resourceType === 'Tool'));
});

test('a test is sent immediately and signed, also to a disabled webhook; redirects are not followed', async () => {
  const { acme, globex } = tenants;
  const { id, secret } = await createWebhook(acme, { name: 'tested', url: receiver.url('/tested'), enabled: false });
  const ping = (client = acme) =>
    client.send<{ testWebhook: { status: string; responseStatus: number; sequence: null } }>(
      'mutation ($id: ID!) { testWebhook(id: $id) { status responseStatus sequence } }',
      { id },
    );
  expect((await ping()).data.testWebhook).toEqual({ status: 'SUCCEEDED', responseStatus: 204, sequence: null });
  const [delivery] = receiver.of('/tested');
  if (!delivery) throw new Error('It was delivered a moment ago');
  expect(verifyDelivery(secret, delivery)).toMatchObject({ type: 'portcullis.test' });
  receiver.answers.set('/tested', answerWith(307, { location: receiver.url('/elsewhere') }));
  expect((await ping()).data.testWebhook).toMatchObject({ status: 'REJECTED', responseStatus: 307 });
  expect(receiver.of('/elsewhere')).toEqual([]);
  expect((await ping(globex)).errors[0]?.extensions.code).toBe('NOT_FOUND');
  expect(await deliveriesOf(acme, id)).toHaveLength(2);
  expect(await deliveriesOf(globex, id)).toEqual([]);
});
