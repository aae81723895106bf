/** Anyone may check health at any rate, without taking the database from callers. */
import createFastify from 'fastify';
import { READINESS_MAX_AGE_MS, serveHealth, type Readiness } from './health';

it('a readiness check is shared until its answer expires, and repeated afterwards', async () => {
  const app = createFastify();
  let now = 0;
  const answers: ((readiness: Readiness) => void)[] = [];
  serveHealth(
    app,
    () => new Promise((resolve) => answers.push(resolve)),
    READINESS_MAX_AGE_MS,
    () => now,
  );
  const ask = (): Promise<number> => app.inject('/readyz').then(({ statusCode }) => statusCode);
  const first = [ask(), ask(), ask()];
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers).toHaveLength(1);
  answers[0]?.({ ready: true, reasons: [] });
  expect(await Promise.all(first)).toEqual([200, 200, 200]);
  now += READINESS_MAX_AGE_MS - 1;
  expect(await ask()).toBe(200);
  expect(answers).toHaveLength(1);
  now += 1;
  const later = ask();
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers).toHaveLength(2);
  answers[1]?.({ ready: false, reasons: ['gone'] });
  expect(await later).toBe(503);
  await app.close();
});
