/** Whether the event loop is busy. */

const SAMPLE_MS = 100;
/** The share of time beyond which concurrent work slows each other down. */
const BUSY_SHARE = 0.3;

/** @returns a function that returns whether the event loop was busy in the last tenth of a second. */
export function loopBusyness(): () => boolean {
  let [sampledAt, isBusy] = [performance.now(), false];
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.now();
    if (now - sampledAt < SAMPLE_MS) return isBusy;
    const current = performance.eventLoopUtilization();
    isBusy = performance.eventLoopUtilization(current, last).utilization > BUSY_SHARE;
    [sampledAt, last] = [now, current];
    return isBusy;
  };
}
