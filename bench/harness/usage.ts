/** Loaded into every measured process: reports its CPU time, memory and longest block over IPC, and profiles it. */
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';

export interface Usage {
  /** User and system time of the process so far, in microseconds. */
  readonly cpu: number;
  /** The resident set, in bytes. */
  readonly resident: number;
}

/** The result of the inspector's CPU profiler. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly children?: readonly number[];
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
}

/** Microseconds. */
const SAMPLE_EVERY = 250;

const session = new Session();

async function startProfile(): Promise<true> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY });
  await session.post('Profiler.start');
  return true;
}

async function endProfile(): Promise<Profile> {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const { nodes, samples = [] } = profile;
  return { nodes, samples };
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, resident: process.memoryUsage.rss() };
}

let delay: IntervalHistogram | null = null;

/** The longest time, in milliseconds, that one piece of work blocked the event loop since the last call. */
function longestBlock(): number {
  const nanoseconds = delay?.max ?? 0;
  if (delay) delay.reset();
  else (delay = monitorEventLoopDelay({ resolution: 5 })).enable();
  return nanoseconds / 1e6;
}

/** Bytes of the heap in use; exact with --expose-gc. */
function heap(): number {
  if (typeof globalThis.gc === 'function') globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const answers: Readonly<Record<string, () => unknown>> = {
  usage,
  'longest block': longestBlock,
  heap,
  profile: startProfile,
  'profile end': endProfile,
};

process.on('message', (message) => {
  void Promise.resolve(answers[String(message)]?.()).then((answer) => process.send?.(answer));
});
