/** Waits for a condition that becomes true soon. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until the answer is yes.
 * @returns how long it took, in milliseconds.
 * @throws Error when it is still no after `within` milliseconds.
 */
export async function eventually(ask: () => Promise<boolean>, within = 1_000): Promise<number> {
  const began = performance.now();
  while (!(await ask())) {
    if (performance.now() - began > within) throw new Error(`It did not happen within ${within} ms`);
    await pause(8);
  }
  return performance.now() - began;
}
