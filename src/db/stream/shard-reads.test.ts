/** A server of shards that fails keeps waiting those accounts alone whose rows it has. */
import type { PreparedQuery } from '../pipeline/batch';
import { ShardReads, type AccountRead } from './shard-reads';

const read = (accountId: string): AccountRead => ({ accountId, query: { text: accountId, values: [] } });
const READS = ['a', 'b', 'c', 'a'].map(read);

let failing: ReadonlySet<string>;
/** What was asked for in one message each. */
let asked: string[];
let errors: unknown[];
let reads: ShardReads;

const database = {
  batch: async (_role: unknown, _account: unknown, queries: readonly PreparedQuery[]): Promise<unknown[][][]> => {
    asked.push(queries.map(({ text }) => text).join(''));
    await Promise.resolve();
    if (queries.some(({ text }) => failing.has(text))) throw new Error('the server is gone');
    return queries.map(({ text }) => [[text]]);
  },
};

const run = async (): Promise<string[]> =>
  (await reads.run(READS, (error) => errors.push(error))).map((rows) => rows.flat().join());

beforeEach(() => {
  [failing, asked, errors] = [new Set(), [], []];
  reads = new ShardReads(database);
});

it('all accounts are asked in one message', async () => {
  expect([await run(), asked, reads.isPartial]).toEqual([['a', 'b', 'c', 'a'], ['abca'], false]);
});

it('accounts of a server that fails are left out, which is told once, and return when it answers', async () => {
  failing = new Set(['a', 'c']);
  expect(await run()).toEqual(['', 'b', '', '']);
  expect([errors.length, reads.isPartial]).toEqual([1, true]);
  asked = [];
  for (let turn = 0; turn < 3; turn += 1) expect(await run()).toEqual(['', 'b', '', '']);
  // One of those that are left out is asked for each time, in turn, besides the others.
  expect(asked.filter((texts) => texts === 'b')).toHaveLength(3);
  expect(asked.filter((texts) => texts !== 'b')).toEqual(['a', 'c', 'a']);
  expect(errors).toHaveLength(1);
  failing = new Set();
  await run();
  expect(await run()).toEqual(['a', 'b', 'c', 'a']);
  expect(reads.isPartial).toBe(false);
});

it('accounts of a server that answers again return while another server still fails', async () => {
  failing = new Set(['a', 'c']);
  await run();
  failing = new Set(['a']);
  for (let turn = 0; turn < 4; turn += 1) await run();
  expect(await run()).toEqual(['', 'b', 'c', '']);
  expect(reads.isPartial).toBe(true);
});

it('when none can be read, the failure is that of all of them', async () => {
  failing = new Set(['a', 'b', 'c']);
  await expect(run()).rejects.toThrow('the server is gone');
  expect([errors, reads.isPartial]).toEqual([[], false]);
});

it('accounts that nobody follows any more are forgotten', async () => {
  failing = new Set(['a']);
  await run();
  await reads.run([read('b')], () => undefined);
  expect(reads.isPartial).toBe(false);
});
