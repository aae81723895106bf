/** Batches: several statements in one message; each gets its own rows, or none of them gets any. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Batch, type PreparedQuery } from '../../src/db/pipeline/batch';
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import { Turns } from '../../src/util/event-loop-turns';
import { createDatabase, rolesOf, type TestDatabase } from '../harness/database';

let database: TestDatabase;
let client: PipelineClient;

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(async () => {
  client = new PipelineClient({ connectionString: database.tenantUrl, pipeline: true, query_timeout: 5000 });
  await client.connect();
});
afterEach(() => client.end().catch(() => undefined));
afterAll(() => database.drop());

const BEGIN: PreparedQuery = { name: 'begin', text: 'BEGIN', values: [] };
const ECHO: Omit<PreparedQuery, 'values'> = { name: 'echo', text: 'SELECT $1::text, $2::text[], $3::int' };
const storable = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\u0000', ''));

describe('a batch', () => {
  it('gives each statement its own rows, in order', async () => {
    const one = { text: 'SELECT 1', values: [] };
    const none = { name: 'none', text: 'SELECT 1 WHERE false', values: [] };
    const two = { name: 'two', text: 'SELECT n, $1::text FROM generate_series(1, 2) n', values: ['x'] };
    const expected = [
      [[1]],
      [],
      [
        [1, 'x'],
        [2, 'x'],
      ],
    ];
    expect(await client.batch([one, none, two])).toEqual(expected);
    // The statements are now prepared and are not described again.
    expect(await client.batch([one, none, two])).toEqual(expected);
  });

  it('carries every text and list of texts unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(storable, fc.array(fc.option(storable)), async (text, list) => {
        expect(await client.batch([{ ...ECHO, values: [text, list, 7] }])).toEqual([[[text, list, 7]]]);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps no rows after it has answered', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage: unknown = runInNewContext('gc');
    const query = { text: 'SELECT n FROM generate_series(1, 2) n', values: [] };
    let rows: WeakRef<object> | undefined;
    const batch = await new Promise<Batch>((resolve) => {
      const sent = new Batch([query], new Map(), (_error, answers) => {
        rows = new WeakRef(answers);
        resolve(sent);
      });
      client.query(sent);
    });
    // The target of a WeakRef lives as long as the task that created it.
    await new Promise((resolve) => setImmediate(resolve));
    if (typeof collectGarbage === 'function') Reflect.apply(collectGarbage, undefined, []);
    expect(batch.callback).toBeInstanceOf(Function);
    expect(rows).toBeInstanceOf(WeakRef);
    expect(rows?.deref()).toBeUndefined();
  });

  it('reads times as ISO 8601 text in UTC with milliseconds, and large counts as numbers', async () => {
    const text = `SELECT '2026-11-23 17:48:33.12+00'::timestamptz, '2026-11-23 17:48:33+00'::timestamptz, count(*) FROM generate_series(1, 3)`;
    expect(await client.batch([{ text, values: [] }])).toEqual([
      [['2026-11-23T17:48:33.120Z', '2026-11-23T17:48:33.000Z', 3]],
    ]);
    await client.batch([{ text: "SET TIME ZONE 'Asia/Kolkata'", values: [] }]);
    const elsewhere = { text: `SELECT '2026-11-23 17:48:33.12+00'::timestamptz`, values: [] };
    expect(await client.batch([elsewhere])).toEqual([[['2026-11-23T17:48:33.120Z']]]);
  });

  it('fails as a whole, and statements after the failure do not run', async () => {
    const failing = { text: 'SELECT 1 / $1::int', values: [0] };
    const behind = { text: "SET app.reached = 'yes'", values: [] };
    await expect(client.batch([{ text: 'SELECT 1', values: [] }, failing, behind])).rejects.toThrow('division by zero');
    // The connection is unaffected: no transaction is left open, and every statement can be sent again.
    const named = { ...ECHO, values: ['x', [], 1] };
    await expect(client.batch([BEGIN, { ...failing, name: 'failing' }, named])).rejects.toThrow('division by zero');
    await expect(client.batch([{ name: 'wrong', text: 'SELECT nonsense', values: [] }])).rejects.toThrow('nonsense');
    expect(await client.batch([{ ...failing, name: 'failing', values: [1] }, named])).toEqual([[[1]], [['x', [], 1]]]);
    const reached = { text: "SELECT current_setting('app.reached', true)", values: [] };
    expect(await client.batch([reached])).toEqual([[[null]]]);
  });

  it('keeps recent statements prepared, at most 500', async () => {
    const numbered = (number: number): PreparedQuery => ({
      name: `number ${number}`,
      text: `SELECT ${number}, $1::text`,
      values: ['x'],
    });
    const counted = { text: 'SELECT count(*) FROM pg_prepared_statements', values: [] };
    for (let number = 0; number < 600; number += 3) {
      const batch = [number, number + 1, number + 2, 0].map(numbered);
      expect(await client.batch(batch)).toEqual([
        [[number, 'x']],
        [[number + 1, 'x']],
        [[number + 2, 'x']],
        [[0, 'x']],
      ]);
    }
    const [[[kept]]] = (await client.batch([counted])) as [[[number]]];
    expect(kept).toBeGreaterThan(490);
    expect(kept).toBeLessThanOrEqual(504);
    const all = await client.batch(Array.from({ length: 600 }, (_, number) => numbered(number)));
    expect(all.flat()).toEqual(Array.from({ length: 600 }, (_, number) => [number, 'x']));
    await expect(client.batch([{ name: 'wrong', text: 'SELECT 1 / 0', values: [] }])).rejects.toThrow('division');
    expect(await client.batch([numbered(3)])).toEqual([[[3, 'x']]]);
  });

  it('refuses a parameter of an unsupported type before anything is sent', async () => {
    await expect(client.batch([{ ...ECHO, values: [{}, [], 1] }])).rejects.toThrow(TypeError);
    expect(await client.batch([{ ...ECHO, values: [null, [], null] }])).toEqual([[[null, [], null]]]);
  });

  it('closes its connection if the rows exceed the size limit of an answer', async () => {
    const endless = "SELECT repeat('x', 1000000) FROM generate_series(1, 1000000)";
    await expect(client.batch([BEGIN, { text: endless, values: [] }])).rejects.toMatchObject({
      extensions: { code: 'QUERY_TOO_COMPLEX', limit: 'answer' },
    });
    await expect(client.batch([{ text: 'SELECT 1', values: [] }])).rejects.toThrow();
  });

  it('reads many rows in pieces, each of them when it gets its turn', async () => {
    const query = { text: "SELECT repeat('x', 100000) FROM generate_series(1, 80)", values: [] };
    const waiting: (() => void)[] = [];
    const next = jest
      .spyOn(Turns.prototype, 'next')
      .mockImplementation(() => new Promise((resolve) => waiting.push(resolve)));
    const rows = client.batch([query]);
    let turns = 0;
    let isOver = false;
    void rows.finally(() => (isOver = true));
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      // Data that was read before the connection was paused may complete another piece.
      expect(waiting.length).toBeLessThanOrEqual(2);
      if (waiting.length > 0) turns += 1;
      waiting.splice(0).forEach((start) => start());
    }
    next.mockRestore();
    expect(turns).toBeGreaterThanOrEqual(15);
    expect((await rows)[0]).toHaveLength(80);
  });

  it('is rejected if its connection breaks', async () => {
    const sleeping = client.batch([{ text: 'SELECT pg_sleep(60)', values: [] }]);
    const broken = expect(sleeping).rejects.toThrow();
    await breakConnections(database.superuserUrl);
    await broken;
  });
});

async function breakConnections(superuserUrl: string): Promise<void> {
  const other = new PipelineClient({ connectionString: superuserUrl, pipeline: true });
  await other.connect();
  const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND usename = '${rolesOf(database).tenant}'`;
  await other.batch([{ text, values: [] }]);
  await other.end();
}
