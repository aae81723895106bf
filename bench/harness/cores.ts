/** Gives the gateway a separate core, so that the load generator does not take its time. */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import type { Running } from './process';

const GATEWAY_CORE = 0;
/** The core of PostgreSQL, the load generators and other clients. */
const OTHER_CORE = 1;

/** All threads of a process, and the processes that they start later. */
const place = (pid: number, core: number): void =>
  void execFileSync('taskset', ['-acp', `${core}`, `${pid}`], { stdio: 'ignore' });

/**
 * Call before anything is started: moves this process and its children off the gateway's core.
 * @returns a function that moves the gateway to its core, and a sentence about where everything runs.
 */
export function separateCores(): { readonly placeGateway: (gateway: Running) => void; readonly sentence: string } {
  try {
    if (cpus().length < 2) throw new Error('one core');
    place(process.pid, OTHER_CORE);
  } catch {
    return { placeGateway: () => undefined, sentence: 'the gateway, PostgreSQL and the generators share all cores' };
  }
  return {
    placeGateway: ({ pid }) => {
      if (pid !== undefined) place(pid, GATEWAY_CORE);
    },
    sentence: 'the gateway on one core, PostgreSQL and the generators on another, in every phase',
  };
}
