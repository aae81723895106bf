/** Health is for anybody to ask, however often: it must not cost the callers their database. */
import createFastify from 'fastify';
import { serveHealth, type Readiness } from './health';

it('asks the database once for all who ask at the same time, and anew for who asks later', async () => {
  const app = createFastify();
  const answers: ((readiness: Readiness) => void)[] = [];
  serveHealth(app, () => new Promise((resolve) => answers.push(resolve)));
  const ask = (): Promise<number> => app.inject('/readyz').then(({ statusCode }) => statusCode);
  const first = [ask(), ask(), ask()];
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers).toHaveLength(1);
  answers[0]?.({ ready: true, reasons: [] });
  expect(await Promise.all(first)).toEqual([200, 200, 200]);
  const later = ask();
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers).toHaveLength(2);
  answers[1]?.({ ready: false, reasons: ['gone'] });
  expect(await later).toBe(503);
  await app.close();
});
