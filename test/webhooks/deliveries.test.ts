/** Webhooks from the API to a receiver: signed, in order, at least once, and nothing of another account. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { query } from '../harness/sql';
import {
  createTool,
  createWebhook,
  DELIVERING,
  deliveriesOf,
  lastSequence,
  range,
  until,
  verifyLines,
  webhookOf,
} from './client';
import { Receiver, verifyDelivery } from './receiver';

const PROJECT = resolve(__dirname, '../..');

let tenants: TwoTenants;
let receiver: Receiver;
const sent = new Set<string>();

beforeAll(async () => {
  const batch = Object.getOwnPropertyDescriptor(PipelineClient.prototype, 'batch')?.value as PipelineClient['batch'];
  jest.spyOn(PipelineClient.prototype, 'batch').mockImplementation(function (this: PipelineClient, queries) {
    for (const { text } of queries) sent.add(text.trim());
    return batch.call(this, queries);
  });
  receiver = await Receiver.start();
  tenants = await createTwoTenants({ settings: DELIVERING });
}, 60_000);
afterAll(async () => {
  jest.restoreAllMocks();
  await tenants.close();
  await receiver.close();
});

test('every event arrives once, in order, signed, as a CloudEvent, and the lines verify as the chain', async () => {
  const { acme } = tenants;
  const { id, secret } = await createWebhook(acme, { name: 'all', url: receiver.url('/all') });
  const first = await lastSequence(acme);
  for (let index = 0; index < 5; index += 1) await createTool(acme, `ordered ${index}`);
  const last = await lastSequence(acme);
  await until(() => receiver.sequences('/all').includes(last));
  expect(receiver.sequences('/all')).toEqual(range(first, last));
  for (const delivery of receiver.of('/all')) {
    expect(verifyDelivery(secret, delivery)).toEqual(delivery.event);
    const { event, headers } = delivery;
    expect(event).toMatchObject({
      specversion: '1.0',
      id: `${acme.accountId}/${event.data.sequence}`,
      source: `/accounts/${acme.accountId}`,
    });
    expect(headers['webhook-id']).toBe(event.id);
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(() =>
      verifyDelivery(secret, { ...delivery, body: delivery.body.replace('ordered', 'altered') + ' ' }),
    ).toThrow();
  }
  const [creation] = receiver.of('/all');
  expect(creation?.event).toMatchObject({ type: 'portcullis.Webhook.CREATE', subject: `Webhook/${id}` });
  expect(receiver.of('/all').at(-1)?.event.data.after).toMatchObject({ name: 'ordered 4' });
  const lines = receiver.of('/all').map(({ event }) => event.data.line);
  expect(await verifyLines(acme, lines)).toMatchObject({ problem: null, checked: last - first + 1 });
  await until(async () => (await webhookOf(acme, id)).position === last);
  const log = await deliveriesOf(acme, id);
  expect(log.map(({ sequence }) => sequence)).toEqual(range(first, last).reverse());
  expect(
    log.every(
      ({ status, attempt, responseStatus }) => status === 'SUCCEEDED' && attempt === 1 && responseStatus === 204,
    ),
  ).toBe(true);
});

test('only events that the filter selects arrive', async () => {
  const { acme } = tenants;
  await createWebhook(acme, {
    name: 'filtered',
    url: receiver.url('/filtered'),
    resourceTypes: ['Tool'],
    actions: ['CREATE'],
  });
  await createTool(acme, 'kept');
  await acme.ask(
    'mutation { createAgent(input: { name: "left out", framework: LANGCHAIN, model: { provider: "p", name: "n" } }) { id } }',
  );
  await createTool(acme, 'kept too');
  await until(() => receiver.of('/filtered').length === 2);
  expect(receiver.of('/filtered').map(({ event }) => event.data.after?.name)).toEqual(['kept', 'kept too']);
});

test('events of another account never arrive, and do not affect the order of deliveries', async () => {
  const { acme, globex } = tenants;
  await createWebhook(globex, { name: 'foreign', url: receiver.url('/globex') });
  const first = await lastSequence(globex);
  await Promise.all([
    ...range(1, 5).map((index) => createTool(acme, `noise ${index}`)),
    ...range(1, 5).map((index) => createTool(globex, `own ${index}`)),
  ]);
  const last = await lastSequence(globex);
  await until(() => receiver.sequences('/globex').includes(last));
  expect(receiver.sequences('/globex')).toEqual(range(first, last));
  expect(new Set(receiver.of('/globex').map(({ event }) => event.data.accountId))).toEqual(new Set([globex.accountId]));
  expect(JSON.stringify(receiver.of('/globex'))).not.toContain(acme.accountId);
});

test('after a rotation, both secrets sign for a while, or only the new one if there is no overlap', async () => {
  const { acme } = tenants;
  const { id, secret } = await createWebhook(acme, { name: 'rotated', url: receiver.url('/rotated') });
  const rotate = async (overlapSeconds: number): Promise<string> => {
    const { rotateWebhookSecret: made } = await acme.ask<{ rotateWebhookSecret: { secret: string } }>(
      'mutation ($id: ID!, $overlapSeconds: Int!) { rotateWebhookSecret(id: $id, overlapSeconds: $overlapSeconds) { secret } }',
      { id, overlapSeconds },
    );
    return made.secret;
  };
  const delivered = async (): Promise<NonNullable<ReturnType<Receiver['of']>[number]>> => {
    const last = await lastSequence(acme);
    await until(() => receiver.sequences('/rotated').includes(last));
    const found = receiver.of('/rotated').find(({ event }) => event.data.sequence === last);
    if (!found) throw new Error('It was delivered a moment ago');
    return found;
  };
  const second = await rotate(600);
  const both = await delivered();
  expect(verifyDelivery(secret, both)).toEqual(both.event);
  expect(verifyDelivery(second, both)).toEqual(both.event);
  expect((await webhookOf(acme, id)).signing.previousEndsAt).not.toBeNull();
  const third = await rotate(0);
  const alone = await delivered();
  expect(verifyDelivery(third, alone)).toEqual(alone.event);
  expect(() => verifyDelivery(second, alone)).toThrow();
});

test('a replay delivers from the given sequence on, with the same ids', async () => {
  const { globex } = tenants;
  const { id } = await createWebhook(globex, { name: 'replayed', url: receiver.url('/replayed') });
  const last = await lastSequence(globex);
  await until(() => receiver.sequences('/replayed').includes(last));
  await globex.ask('mutation ($id: ID!) { replayWebhook(id: $id, fromSequence: 1) { id } }', { id });
  const end = await lastSequence(globex);
  await until(() => receiver.sequences('/replayed').includes(end));
  const replayed = receiver.sequences('/replayed').slice(1);
  expect(replayed.slice(replayed.indexOf(1))).toEqual(range(1, end));
  const refused = await globex.send('mutation ($id: ID!) { replayWebhook(id: $id, fromSequence: 1000000) { id } }', {
    id,
  });
  expect(refused.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('an erased event arrives as erased, and the chain still verifies', async () => {
  const { globex } = tenants;
  const { createTool: tool } = await globex.ask<{ createTool: { id: string } }>(
    'mutation { createTool(input: { name: "planted name", type: NATIVE }) { id } }',
  );
  const erasedSequence = await lastSequence(globex);
  await globex.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id: tool.id });
  await globex.ask(
    'mutation ($id: ID!) { eraseHistory(id: $id, resourceType: "Tool", reason: "asked for") { erasedEvents } }',
    {
      id: tool.id,
    },
  );
  const { id } = await createWebhook(globex, { name: 'erased', url: receiver.url('/erased') });
  await globex.ask('mutation ($id: ID!) { replayWebhook(id: $id, fromSequence: 1) { id } }', { id });
  const end = await lastSequence(globex);
  await until(() => receiver.sequences('/erased').filter((sequence) => sequence === end).length > 0);
  const erased = receiver.of('/erased').find(({ event }) => event.data.sequence === erasedSequence);
  expect(erased?.event.data).toMatchObject({ erased: true, after: null });
  expect(
    receiver
      .of('/erased')
      .map(({ body }) => body)
      .join(),
  ).not.toContain('planted name');
});

test('a secret is shown once and is in no row, list, event or log afterwards', async () => {
  const { acme, database } = tenants;
  const own = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const made = await createWebhook(acme, { name: 'secret', url: receiver.url('/secret'), signing: { secret: own } });
  expect(made.secret).toBe(own);
  const last = await lastSequence(acme);
  await until(() => receiver.sequences('/secret').includes(last));
  const tables = ['webhook', 'webhook_state', 'webhook_delivery', 'audit_event', 'audit_image'];
  const plain = own.slice('whsec_'.length);
  for (const table of tables) {
    const rows = await query<{ text: string }>(database.superuserUrl, `SELECT t::text AS text FROM ${table} t`);
    const text = rows.map((row) => row.text).join('\n');
    for (const form of [plain, Buffer.from(plain).toString('hex'), Buffer.from(plain).toString('base64')])
      expect(text).not.toContain(form);
  }
  expect(JSON.stringify(tenants.log)).not.toContain(plain);
  expect(receiver.deliveries.map(({ body }) => body).join()).not.toContain(plain);
});

test('the receiver of docs/webhooks.md accepts every delivery, and verifies that none is missing', async () => {
  const { globex } = tenants;
  const secret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
  const example = spawn(
    process.execPath,
    ['-r', join(PROJECT, 'test/harness/typescript.js'), join(PROJECT, 'examples/receive-webhook.ts')],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, PORT: '0', WEBHOOK_SECRET: secret } },
  );
  const lines: string[] = [];
  createInterface(example.stdout).on('line', (line) => lines.push(line.trim()));
  await until(() => lines.length > 0);
  const port = /^listening on port (\d+)$/.exec(lines[0] ?? '')?.[1] ?? '';
  await createWebhook(globex, { name: 'example', url: `http://127.0.0.1:${port}/`, signing: { secret } });
  const first = await lastSequence(globex);
  await createTool(globex, 'for the example');
  await until(() => lines.length >= 3);
  expect(lines.slice(1)).toEqual([
    `portcullis.Webhook.CREATE ${globex.accountId}/${first}`,
    `portcullis.Tool.CREATE ${globex.accountId}/${first + 1}`,
  ]);
  example.kill();
});

/** Dispatchers' statements about all accounts; none of them returns contents of the audit log. */
const REVIEWED = [
  /^INSERT INTO webhook_state /,
  /^WITH candidate AS MATERIALIZED /,
  // The same with shards, where each is leased by a separate statement.
  /^SELECT c\.account_id, c\.id FROM \(/,
  /^DELETE FROM webhook_delivery /,
];

test('every statement about deliveries names its account, except those that look for work', () => {
  const statements = [...sent].filter((text) => /\bwebhook(_state|_delivery)?\b|audit_event e\b/.test(text));
  const nameless = statements.filter(
    (text) => !REVIEWED.some((pattern) => pattern.test(text)) && !/account_id"? = \$[12]\b/.test(text),
  );
  expect(nameless.filter((text) => !/^(INSERT INTO "webhook" \("account_id"|SET LOCAL )/.test(text))).toEqual([]);
  expect(statements.length).toBeGreaterThan(8);
});
