/** Waits for a condition that will soon be true. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Checks the condition repeatedly until it is true.
 * @returns the milliseconds that this took.
 * @throws Error if it is still false after `within` milliseconds.
 */
export async function eventually(ask: () => Promise<boolean>, within = 1_000): Promise<number> {
  const began = performance.now();
  while (!(await ask())) {
    if (performance.now() - began > within) throw new Error(`It did not happen within ${within} ms`);
    await pause(8);
  }
  return performance.now() - began;
}
