/**
 * A server that exits is restarted at increasing intervals; one that does not keep running is abandoned with a message.
 */
import { Client } from 'pg';
import { Supervisor } from './supervisor';

/** Replaces the connection that ends with the server: it was never opened. */
const newLock = (): Client => new Client();

/** Does not wait; the log says how long it would have been. */
jest.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('a server that keeps exiting is restarted six times and then abandoned', async () => {
  const locks = [newLock()];
  const log: string[] = [];
  const lost = jest.fn();
  const revive = async (): Promise<Client> => {
    const lock = newLock();
    locks.push(lock);
    return lock;
  };
  const [first] = locks;
  if (!first) throw new Error('There is no lock');
  new Supervisor(first, { revive, log: (line) => log.push(line), onLost: lost });
  for (let end = 0; end < 7; end += 1) {
    locks.at(-1)?.emit('end');
    await settle();
  }
  expect(log.filter((line) => line.startsWith('Restarting it'))).toEqual(
    [250, 500, 1_000, 2_000, 4_000, 8_000].map((delay, index) => `Restarting it in ${delay} ms (${index + 1} of 6).`),
  );
  expect(lost).toHaveBeenCalledTimes(1);
  expect(String(lost.mock.calls[0])).toContain(
    'The embedded PostgreSQL ended and cannot be kept running: it keeps ending',
  );
});

it('a server that is stopped is not started again', async () => {
  const lock = newLock();
  const revive = jest.fn();
  const supervisor = new Supervisor(lock, { revive, log: () => undefined, onLost: () => undefined });
  await supervisor.stop();
  lock.emit('end');
  await settle();
  expect(revive).not.toHaveBeenCalled();
});
