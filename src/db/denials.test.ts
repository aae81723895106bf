/** Refused requests are counted to the last one, in bounded memory, whatever comes. */
import type { Database } from './database';
import { DenialRecorder } from './denials';

interface Row {
  readonly accountId: string;
  readonly field: string;
  readonly count: number;
}

/** @returns a recorder, and what it wrote; the first writes fail. */
function recorder(failures = 0): { readonly book: DenialRecorder; readonly written: Row[][] } {
  const written: Row[][] = [];
  let left = failures;
  const database: Pick<Database, 'record'> = {
    record: ([query]) => {
      if (left-- > 0) return Promise.reject(new Error('The database is away'));
      written.push(JSON.parse(String(query?.values[0])) as Row[]);
      return Promise.resolve();
    },
  };
  return { book: new DenialRecorder(database, () => undefined), written };
}

const denial = { code: 'FORBIDDEN', requestId: 'r', address: '127.0.0.1' };
const counted = (rows: readonly Row[]): number => rows.reduce((sum, { count }) => sum + count, 0);

it('counts every one of a flood of different keys, and beyond the bound not in the name of any account', async () => {
  const { book, written } = recorder();
  for (let n = 0; n < 25_000; n += 1)
    book.record({ ...denial, accountId: `account ${n}`, keyId: `key ${n}`, field: `field ${n}` });
  await book.close();
  const rows = written.flat();
  expect(counted(rows)).toBe(25_000);
  // Two when a minute ends meanwhile.
  expect(rows.length).toBeLessThanOrEqual(10_002);
  expect(rows.at(-1)).toMatchObject({ accountId: '00000000-0000-0000-0000-000000000000', field: '(many)' });
});

it('keeps what could not be written for the next time', async () => {
  const { book, written } = recorder(1);
  const one = { ...denial, accountId: 'a', keyId: 'k', field: 'f' };
  book.record(one);
  await book.flush();
  book.record(one);
  await book.close();
  expect(counted(written.flat())).toBe(2);
});
