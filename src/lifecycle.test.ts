/** Cleanup stops everything that was started, once and in reverse order. */
import { pino } from 'pino';
import { Cleanup } from './lifecycle';

const logger = pino({ level: 'silent' });
const never = (): Promise<void> => new Promise(() => undefined);

function cleanupOf(stops: Record<string, () => Promise<void>>): { cleanup: Cleanup; events: string[] } {
  const cleanup = new Cleanup();
  const events: string[] = [];
  for (const [name, stop] of Object.entries(stops))
    cleanup.add({
      name,
      stop: () => {
        events.push(`stop ${name}`);
        return stop();
      },
      abandon: () => events.push(`abandon ${name}`),
    });
  return { cleanup, events };
}

it('shutdown stops everything once, in reverse order, even when a step fails', async () => {
  const { cleanup, events } = cleanupOf({
    database: () => Promise.resolve(),
    gateway: () => Promise.reject(new Error('broken')),
  });
  const runs = await Promise.all([cleanup.run(1_000, logger), cleanup.run(1_000, logger)]);
  expect(runs).toEqual([false, false]);
  expect(events).toEqual(['stop gateway', 'abandon gateway', 'stop database']);
});

it('shutdown abandons a step that takes too long and stops the next', async () => {
  const { cleanup, events } = cleanupOf({ database: () => Promise.resolve(), gateway: never });
  expect(await cleanup.run(20, logger)).toBe(false);
  expect(events).toEqual(['stop gateway', 'abandon gateway', 'stop database']);
});

it('shutdown abandons a step that is already being stopped', () => {
  const { cleanup, events } = cleanupOf({ database: never, gateway: never });
  void cleanup.run(60_000, logger);
  cleanup.abandon();
  expect(events).toEqual(['stop gateway', 'abandon gateway', 'abandon database']);
});
