/** Jest's global teardown: reverts the set-up, in reverse order. */

declare global {
  // Jest loads set-up and teardown as separate modules that share only the global object.
  var portcullisAfterRun: (() => Promise<void>)[] | undefined;
}

/** Registers a step for the end of the run. */
export function afterRun(step: () => Promise<void>): void {
  (globalThis.portcullisAfterRun ??= []).push(step);
}

/** Runs the registered steps, each even if another fails. @throws the first failure. */
export async function tearDown(): Promise<void> {
  const failures: unknown[] = [];
  for (let step = globalThis.portcullisAfterRun?.pop(); step; step = globalThis.portcullisAfterRun?.pop()) {
    await step().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

export default tearDown;
