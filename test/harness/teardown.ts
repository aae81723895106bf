/** Jest's global teardown: reverts the setup, in reverse order. */

declare global {
  // Jest loads set-up and tear-down as separate modules; only the global object is common to them.
  var portcullisAfterRun: (() => Promise<void>)[] | undefined;
}

/** Remembers a step to take when the run is over. */
export function afterRun(step: () => Promise<void>): void {
  (globalThis.portcullisAfterRun ??= []).push(step);
}

/** Takes the remembered steps, each even if another fails. @throws the first failure. */
export async function tearDown(): Promise<void> {
  const failures: unknown[] = [];
  for (let step = globalThis.portcullisAfterRun?.pop(); step; step = globalThis.portcullisAfterRun?.pop()) {
    await step().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

export default tearDown;
