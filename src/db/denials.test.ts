/** Every denial is counted, in bounded memory, and no account's denials depend on those of another. */
import type { Database } from './database';
import { DenialRecorder } from './denials';

interface Row {
  readonly accountId: string;
  readonly keyId: string;
  readonly field: string;
  readonly count: number;
}

/** @returns a recorder, and what it wrote; the first writes fail. */
function recorder(failures = 0): { readonly book: DenialRecorder; readonly written: Row[][] } {
  const written: Row[][] = [];
  let left = failures;
  const database: Pick<Database, 'record'> = {
    record: ([query]) => {
      if (left-- > 0) return Promise.reject(new Error('The database is unavailable'));
      written.push(JSON.parse(String(query?.values[0])) as Row[]);
      return Promise.resolve();
    },
  };
  return { book: new DenialRecorder(database, () => undefined), written };
}

const denial = { code: 'FORBIDDEN', requestId: 'r', address: '127.0.0.1' };
const counted = (rows: readonly Row[]): number => rows.reduce((sum, { count }) => sum + count, 0);

it('counts every denial of a flood of keys and fields of one account in a bounded number of rows', async () => {
  const { book, written } = recorder();
  for (let n = 0; n < 25_000; n += 1)
    book.record({ ...denial, accountId: 'flooding', keyId: `key ${n}`, field: `field ${n}` });
  await book.close();
  const rows = written.flat();
  expect(counted(rows)).toBe(25_000);
  expect(new Set(rows.map(({ accountId }) => accountId))).toEqual(new Set(['flooding']));
  // Two more, in case a minute ends in the meantime.
  expect(rows.length).toBeLessThanOrEqual(1_002);
  expect(rows.at(-1)).toMatchObject({ keyId: '00000000-0000-0000-0000-000000000000', field: '(many)' });
});

it('counts the fields of an account separately while another account floods', async () => {
  const { book, written } = recorder(1);
  const flood = (): void => {
    for (let n = 0; n < 25_000; n += 1)
      book.record({ ...denial, accountId: 'flooding', keyId: `key ${n}`, field: `field ${n}` });
  };
  flood();
  book.record({ ...denial, accountId: 'quiet', keyId: 'k', field: 'tools' });
  // The first flush fails; the counts that it restores are limited in the same way.
  await book.flush();
  flood();
  book.record({ ...denial, accountId: 'quiet', keyId: 'k', field: 'agents' });
  await book.close();
  const quiet = written.flat().filter(({ accountId }) => accountId === 'quiet');
  expect(new Map(quiet.map(({ field, count }) => [field, count]))).toEqual(
    new Map([
      ['tools', 1],
      ['agents', 1],
    ]),
  );
});

it('counts every denial of a flood of accounts under their own names, in limited memory', async () => {
  const { book, written } = recorder();
  const accounts = 120;
  for (let n = 0; n < 500 * accounts; n += 1)
    book.record({ ...denial, accountId: `account ${n % accounts}`, keyId: 'key', field: `field ${n}` });
  await book.close();
  const rows = written.flat();
  expect(counted(rows)).toBe(500 * accounts);
  expect(rows.length).toBeLessThanOrEqual(50_000 + 2 * accounts);
  expect(new Set(rows.map(({ accountId }) => accountId)).size).toBe(accounts);
});

it('keeps the fields of an account distinct while a hundred accounts flood together', async () => {
  const { book, written } = recorder();
  for (let n = 0; n < 60_000; n += 1)
    book.record({ ...denial, accountId: `account ${n % 100}`, keyId: `key ${n}`, field: `field ${n}` });
  for (const field of ['tools', 'agents']) book.record({ ...denial, accountId: 'quiet', keyId: 'k', field });
  await book.close();
  const quiet = written.flat().filter(({ accountId }) => accountId === 'quiet');
  expect(quiet).toMatchObject([
    { keyId: 'k', field: 'tools', count: 1 },
    { keyId: 'k', field: 'agents', count: 1 },
  ]);
});

it('writes denials with the next flush after a failed one', async () => {
  const { book, written } = recorder(1);
  const one = { ...denial, accountId: 'a', keyId: 'k', field: 'f' };
  book.record(one);
  await book.flush();
  book.record(one);
  await book.close();
  expect(counted(written.flat())).toBe(2);
});
