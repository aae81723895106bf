/** Progress is shown on terminals, for work that takes longer than a second. */
import { PassThrough } from 'node:stream';
import { progressBar, waitingFor, type Output } from './progress';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function terminal(isTTY: boolean): { readonly stream: Output; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return { stream, text: () => chunks.join('') };
}

it.each([
  ['a terminal, after a second', true, 1_100, /Events \[.*\] 40 of 100/],
  ['a terminal, within a second', true, 900, /^$/],
  ['a pipe, ever', false, 5_000, /^$/],
])('a progress bar is shown on %s', (_where, isTTY, passed, shown) => {
  const { stream, text } = terminal(isTTY);
  const bar = progressBar('Events', 100, stream);
  bar.update(40);
  jest.advanceTimersByTime(passed);
  const seen = text();
  bar.stop();
  expect(seen).toMatch(shown);
});

it('a progress line names the step and disappears when the step is done', async () => {
  const { stream, text } = terminal(true);
  let finish: (value: string) => void = () => undefined;
  const work = waitingFor('Planning', new Promise<string>((resolve) => (finish = resolve)), stream);
  jest.advanceTimersByTime(2_100);
  expect(text()).toContain('Planning … 2 s');
  finish('done');
  expect(await work).toBe('done');
  expect(text().endsWith('\r\u001b[K')).toBe(true);
});
