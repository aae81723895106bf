/** Runs work in a separate thread, so that other requests are not blocked. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { GatewayError } from '../errors';

export interface ThreadLimits {
  readonly maxMs: number;
  readonly megabytes: number;
}

/** Errors lose their class when sent between threads. */
type Answer =
  { readonly result: unknown } | { readonly refused: Pick<GatewayError, 'code' | 'message' | 'extensions'> };

/** All threads of a file do the same work; its name distinguishes their input from that of other files. */
interface Task {
  readonly file: string;
  readonly input: unknown;
}

const isTask = (value: unknown): value is Task => typeof value === 'object' && value !== null && 'input' in value;

/** Modules preloaded into this process are preloaded in its threads, too. */
const preloads = (): string[] =>
  process.execArgv.flatMap((flag, index, all) =>
    flag === '-r' || flag === '--require' ? ['--require', all[index + 1] ?? ''] : [],
  );

/** The work was terminated because it used too much time or memory. */
export class ThreadExhausted extends Error {}

/**
 * Runs `file` in a new thread, where it calls `serveThread`.
 * @param input is copied, except the buffers in `moved`, which are empty here afterwards.
 * @throws the GatewayError that the work threw; ThreadExhausted beyond the limits.
 */
export async function runInThread(
  file: string,
  input: unknown,
  { maxMs, megabytes }: ThreadLimits,
  moved: readonly ArrayBuffer[] = [],
): Promise<unknown> {
  const worker = new Worker(file, {
    workerData: { file, input } satisfies Task,
    transferList: [...moved],
    execArgv: preloads(),
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
  });
  worker.unref();
  try {
    const [answer] = (await once(worker, 'message', { signal: AbortSignal.timeout(maxMs) })) as [Answer];
    if ('result' in answer) return answer.result;
    const { code, message, extensions } = answer.refused;
    throw new GatewayError(code, message, extensions);
  } catch (error) {
    const isExhausted = error instanceof Error && 'code' in error && /ABORT_ERR|OUT_OF_MEMORY/.test(String(error.code));
    throw isExhausted ? new ThreadExhausted('The worker thread used too much time or memory.') : error;
  } finally {
    await worker.terminate();
  }
}

function answerTo(input: unknown, work: (input: unknown) => unknown): Answer {
  try {
    return { result: work(input) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { code, message, extensions } = error;
    return { refused: { code, message, extensions } };
  }
}

/** Does the work in a thread started for `file`; otherwise does nothing. */
export function serveThread(file: string, work: (input: unknown) => unknown): void {
  const task: unknown = workerData;
  if (!isMainThread && isTask(task) && task.file === file) parentPort?.postMessage(answerTo(task.input, work));
}
