/** `portcullis webhooks`: from creating a webhook to replaying its events, with a receiver. */
import { eventually } from '../harness/eventually';
import { lastSequence } from '../webhooks/client';
import { Receiver, verifyDelivery } from '../webhooks/receiver';
import { jsonLines, startCliTest, type CliTest } from './harness';

let cli: CliTest;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await Receiver.start();
  cli = await startCliTest({ WEBHOOK_DELIVERIES: true, WEBHOOK_ALLOWED_NETWORKS: ['127.0.0.1'] });
}, 60_000);
afterAll(async () => {
  await cli.close();
  await receiver.close();
});

const run = async (line: string): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  cli.run(`webhooks ${line} --profile dev`);

test('a webhook is created, listed, tested, rotated, replayed, changed and read, with only secrets on standard output', async () => {
  const created = await run(`create orders --url ${receiver.url('/cli')} --types Webhook`);
  expect(created).toMatchObject({ code: 0, stderr: expect.stringContaining('shown only once') });
  const secret = created.stdout.trim();
  expect(secret).toMatch(/^whsec_[\w+/]+=*$/);
  await eventually(async () => receiver.of('/cli').length > 0, 10_000);
  expect(await run('test orders')).toMatchObject({ code: 0, stderr: expect.stringContaining('The test was accepted') });
  for (const delivery of receiver.of('/cli')) expect(verifyDelivery(secret, delivery)).toEqual(delivery.event);
  const rotated = await run('rotate orders --overlap 0');
  expect(rotated.stdout.trim()).not.toBe(secret);
  const end = await lastSequence(cli.dev);
  await eventually(async () => receiver.sequences('/cli').includes(end), 10_000);
  expect((await run('replay orders --from 1')).code).toBe(0);
  await eventually(async () => receiver.sequences('/cli').filter((sequence) => sequence === end).length > 1, 10_000);
  const attempts = jsonLines(await run('deliveries orders --json'));
  expect(attempts).toContainEqual(expect.objectContaining({ sequence: end, status: 'SUCCEEDED' }));
  expect((await run('update orders --disable')).stderr).toContain('it is disabled');
  expect((await run('list')).stdout).toMatch(/orders +http.*Webhook +disabled/);
  const unknown = await run('test nothing');
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('has no webhook "nothing"') });
  expect(cli.printed.join('').split(secret)).toHaveLength(2);
}, 30_000);
