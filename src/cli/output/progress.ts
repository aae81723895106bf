/** Progress of anything that takes longer than a second, on standard error, and only on a terminal. */
import { Presets, SingleBar } from 'cli-progress';

const SHOWN_AFTER_MS = 1_000;

/** The stream to show it on, if that is a terminal. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

interface Progress {
  readonly update: (done: number) => void;
  readonly stop: () => void;
}

/** A bar with this number of steps. */
export function progressBar(what: string, total: number, stream: Output = process.stderr): Progress {
  if (stream.isTTY !== true) return { update: () => undefined, stop: () => undefined };
  const format = `${what} [{bar}] {value} of {total}`;
  const bar = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  let done = 0;
  let shown = false;
  const timer = setTimeout(() => {
    shown = true;
    bar.start(total, done);
  }, SHOWN_AFTER_MS);
  const stop = (): void => {
    clearTimeout(timer);
    if (shown) bar.stop();
  };
  // However the program ends, the cursor is restored.
  process.once('exit', stop);
  return {
    update: (value) => {
      done = value;
      if (shown) bar.update(value);
    },
    stop: () => {
      process.removeListener('exit', stop);
      stop();
    },
  };
}

/** States what it is waiting for, once that takes longer than a second. */
export async function waitingFor<Result>(
  what: string,
  work: Promise<Result>,
  stream: Output = process.stderr,
): Promise<Result> {
  if (stream.isTTY !== true) return work;
  let seconds = 0;
  const timer = setInterval(() => stream.write(`\r${what} … ${++seconds} s`), SHOWN_AFTER_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (seconds > 0) stream.write('\r\u001b[K');
  }
}
