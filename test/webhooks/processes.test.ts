/**
 * Two processes deliver, both are killed, and a third continues: never twice at the same time, and the whole chain
 * arrives.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { secretOf } from '../harness/database';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { createTool, createWebhook, lastSequence, verifyLines } from './client';
import { accept, Receiver, verifyDelivery } from './receiver';

const PROJECT = resolve(__dirname, '../..');
const EVENTS = 20;
const KILL_AFTER = 10;
const SETTINGS = { WEBHOOK_DELIVERIES: true, WEBHOOK_ALLOWED_NETWORKS: ['127.0.0.1'], WEBHOOK_TIMEOUT_SECONDS: 1 };

let tenants: TwoTenants;
let receiver: Receiver;
const processes: ChildProcess[] = [];

async function startProcess(): Promise<void> {
  const { tenantUrl, operatorUrl, restrictedUrl } = tenants.database;
  const child = spawn(
    process.execPath,
    [
      ...['-r', join(PROJECT, 'test/harness/typescript.js'), join(PROJECT, 'test/harness/gateway-process.ts')],
      ...[tenantUrl, operatorUrl, restrictedUrl, secretOf(tenants.database).toString('hex'), JSON.stringify(SETTINGS)],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  processes.push(child);
  await once(createInterface(child.stdout), 'line');
}

beforeAll(async () => {
  receiver = await Receiver.start();
  tenants = await createTwoTenants();
  await Promise.all([startProcess(), startProcess()]);
}, 60_000);
afterAll(async () => {
  const running = processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  for (const child of running) child.stdin?.end();
  await Promise.all(running.map((child) => once(child, 'exit')));
  await tenants.close();
  await receiver.close();
});

test('a consumer rebuilds the identical chain although the processes were killed while they delivered', async () => {
  const { acme, globex } = tenants;
  let atOnce = 0;
  let mostAtOnce = 0;
  let successor: Promise<void> | undefined;
  receiver.answers.set('/acme', (delivery, response) => {
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    response.on('close', () => (atOnce -= 1));
    // Whichever process delivers this dies before it gets an answer.
    if (receiver.of('/acme').length === KILL_AFTER) {
      for (const child of processes) child.kill('SIGKILL');
      successor = startProcess();
    }
    setTimeout(() => accept(delivery, response), 5);
  });
  const { secret } = await createWebhook(acme, { name: 'chain', url: receiver.url('/acme') });
  const first = await lastSequence(acme);
  await createWebhook(globex, { name: 'other', url: receiver.url('/globex') });
  const otherFirst = await lastSequence(globex);
  for (let index = 0; index < EVENTS; index += 1)
    await Promise.all([createTool(acme, `tool ${index}`), createTool(globex, `tool ${index}`)]);
  const last = await lastSequence(acme);
  const otherLast = await lastSequence(globex);
  await eventually(
    async () => receiver.sequences('/acme').includes(last) && receiver.sequences('/globex').includes(otherLast),
    25_000,
  );
  await successor;
  expect(processes.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL', 'SIGKILL', null]);
  expect(mostAtOnce).toBe(1);
  for (const [path, from, to] of [
    ['/acme', first, last],
    ['/globex', otherFirst, otherLast],
  ] as const) {
    const arrived = receiver.sequences(path);
    const once = arrived.filter((sequence, index) => arrived.indexOf(sequence) === index);
    // Without repetitions it is the chain, in order. Interrupted deliveries are repeated.
    expect(once).toEqual(Array.from({ length: to - from + 1 }, (_nothing, index) => from + index));
    expect(arrived.length - once.length).toBeLessThanOrEqual(1);
  }
  expect(receiver.of('/acme').length - (last - first + 1)).toBe(1);
  for (const delivery of receiver.of('/acme')) expect(verifyDelivery(secret, delivery)).toEqual(delivery.event);
  const lines = new Map(receiver.of('/acme').map(({ event }) => [event.id, event.data.line]));
  const { auditExport } = await acme.ask<{ auditExport: { lines: string[] } }>(
    'query ($after: Int!) { auditExport(after: $after) { lines } }',
    { after: first - 1 },
  );
  expect([...lines.values()]).toEqual(auditExport.lines);
  const verdict = await verifyLines(acme, [...lines.values()]);
  expect(verdict).toMatchObject({ problem: null, checked: last - first + 1 });
}, 40_000);
