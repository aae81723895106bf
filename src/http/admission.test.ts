/** Which operations are admitted, in which order, and which are refused: counted, with the test's own clock. */
import { GatewayError } from '../errors';
import type { Place } from '../graph/context';
import { Admission, type AdmissionOptions } from './admission';

const PLACES: AdmissionOptions = { capacity: 20, maxAlone: 8, shared: 4, minShare: 1, isBusy: () => true };
const ONE_PLACE: AdmissionOptions = { capacity: 1, maxAlone: 1, shared: 1, minShare: 1, isBusy: () => true };

const fail = (): void => {
  throw new Error('Nobody waits');
};

/** Lets all promises settle that can. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Operations that run until they are ended. */
class Crowd {
  now = 0;
  readonly admission: Admission;
  /** Owners in the order in which their operations began. */
  readonly begun: string[] = [];
  readonly refused: { readonly owner: string; readonly error: unknown }[] = [];
  readonly #running: { readonly owner: string; readonly end: () => void }[] = [];

  constructor(options: Partial<AdmissionOptions> = {}) {
    this.admission = new Admission({ ...PLACES, ...options }, () => this.now);
  }

  ask(owner: string, count = 1): void {
    for (let index = 0; index < count; index += 1)
      this.admission
        .run(owner, () => {
          this.begun.push(owner);
          return new Promise<void>((end) => this.#running.push({ owner, end }));
        })
        .catch((error: unknown) => void this.refused.push({ owner, error }));
  }

  running(owner: string): number {
    return this.#running.filter((operation) => operation.owner === owner).length;
  }

  /** Ends the operation that began first, of an owner if one is named. */
  async end(owner?: string): Promise<void> {
    const index = this.#running.findIndex((operation) => owner === undefined || operation.owner === owner);
    this.#running.splice(index, 1)[0]?.end();
    await settle();
  }

  /** Ends operations one after another, each after the given time. */
  async work(count: number, intervalMs: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      this.now += intervalMs;
      await this.end();
    }
  }
}

it('an account that is alone gets most of the connections, and the rest of its operations wait', async () => {
  const crowd = new Crowd();
  crowd.ask('A', 20);
  await settle();
  expect([crowd.running('A'), crowd.refused.length]).toEqual([8, 0]);
  await crowd.end();
  expect(crowd.begun).toHaveLength(9);
});

it('an operation of another account starts immediately, and the flood continues only within its share', async () => {
  const crowd = new Crowd();
  crowd.ask('A', 40);
  crowd.ask('B');
  await settle();
  expect(crowd.running('B')).toBe(1);
  for (let ended = 0; ended < 6; ended += 1) await crowd.end('A');
  expect([crowd.running('A'), crowd.begun.length]).toEqual([2, 9]);
  await crowd.end('A');
  expect(crowd.running('A')).toBe(2);
  // For a second, the next operation of B finds little of A's work.
  await crowd.end('B');
  expect(crowd.running('A')).toBe(2);
  crowd.now = 1_001;
  await crowd.end('A');
  await crowd.end('A');
  expect(crowd.running('A')).toBe(8);
});

it('while the process is not busy, one account may use all of it, even after recent requests of others', async () => {
  const crowd = new Crowd({ isBusy: () => false });
  crowd.ask('B');
  crowd.ask('A', 20);
  await settle();
  expect([crowd.running('A'), crowd.running('B')]).toEqual([8, 1]);
});

it('accounts are served in rotation, however many operations each sent', async () => {
  const crowd = new Crowd({ capacity: 1 });
  crowd.ask('A', 10);
  crowd.ask('B', 2);
  crowd.ask('C');
  await settle();
  for (let ended = 0; ended < 5; ended += 1) await crowd.end();
  expect(crowd.begun).toEqual(['A', 'A', 'B', 'C', 'A', 'B']);
});

it('each of many accounts has one place, up to the capacity', async () => {
  const crowd = new Crowd();
  for (let account = 0; account < 30; account += 1) crowd.ask(`account ${account}`, 3);
  await settle();
  // The first ones arrived while there were few accounts.
  const later = crowd.begun.filter((owner) => !['account 0', 'account 1', 'account 2'].includes(owner));
  expect([crowd.begun.length, new Set(later).size]).toEqual([20, later.length]);
});

it('each of many accounts keeps a few places, so that one slow operation does not block its others', async () => {
  const crowd = new Crowd({ minShare: 3 });
  for (const owner of ['B', 'C', 'D', 'E', 'F']) crowd.ask(owner);
  crowd.ask('A', 5);
  await settle();
  expect(crowd.running('A')).toBe(3);
});

it('an operation that would wait too long is refused immediately with OVERLOADED and the time to retry, and others are not', async () => {
  const crowd = new Crowd({ capacity: 1 });
  crowd.ask('A', 65);
  await settle();
  // Each takes 20 ms, so 25 of those that arrive now fit into 500 ms.
  await crowd.work(30, 20);
  crowd.ask('A', 100);
  await settle();
  expect(crowd.refused.length).toBeGreaterThan(60);
  const [{ error } = { error: null }] = crowd.refused;
  expect(error).toMatchObject({ code: 'OVERLOADED', extensions: { retryAfterSeconds: 2 } });
  expect(error).toBeInstanceOf(GatewayError);
  const before = crowd.refused.length;
  expect([crowd.admission.refuses('A'), crowd.admission.refuses('B')]).toEqual([true, false]);
  crowd.ask('B');
  await settle();
  expect(crowd.refused).toHaveLength(before);
  await crowd.end();
  await crowd.end();
  expect(crowd.begun).toContain('B');
});

it('a burst that is served soon is not refused', async () => {
  const crowd = new Crowd();
  crowd.ask('A', 64 + 8);
  await crowd.work(40, 2);
  crowd.ask('A', 60);
  await crowd.work(200, 2);
  expect([crowd.refused.length, crowd.begun.length]).toEqual([0, 132]);
});

it('operations that end together do not make the wait look shorter than it is', async () => {
  const crowd = new Crowd({ maxAlone: 20 });
  crowd.ask('A', 20 + 64);
  for (let burst = 0; burst < 5; burst += 1) {
    crowd.now += 200;
    for (let ended = 0; ended < 20; ended += 1) await crowd.end();
    crowd.ask('A', 20);
    await settle();
  }
  // Each takes 10 ms on average, so 64 waiting ones take 640 ms.
  expect([crowd.refused.length, crowd.admission.refuses('A')]).toEqual([0, true]);
});

it('one pause among many turns does not make the wait look longer than it is', async () => {
  const crowd = new Crowd();
  crowd.ask('A', 8 + 100);
  await crowd.work(20, 1);
  await crowd.work(1, 150);
  crowd.ask('A', 20);
  await settle();
  expect(crowd.refused).toHaveLength(0);
});

it('an account is not refused for the queues of others that are shorter than its own', async () => {
  const crowd = new Crowd({ capacity: 1 });
  for (let account = 0; account < 100; account += 1) crowd.ask(`account ${account}`);
  await crowd.work(36, 6);
  crowd.ask('A', 2);
  await settle();
  // One of its own is before it, and one of each of the 63 others: not two.
  expect([crowd.refused.length, crowd.admission.refuses('A')]).toEqual([0, false]);
});

it('while no operation ends, a large number of waiting ones leads to refusals', async () => {
  const crowd = new Crowd();
  crowd.ask('A', 8 + 64);
  await settle();
  crowd.now = 501;
  expect(crowd.admission.refuses('A')).toBe(true);
  crowd.ask('A');
  await settle();
  expect(crowd.refused).toHaveLength(1);
});

it('an operation that fails releases its place, and nothing is kept of accounts without operations', async () => {
  const admission = new Admission(ONE_PLACE);
  await expect(admission.run('A', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await admission.run('B', async () => 'served')).toBe('served');
});

it('an operation that has waited for ten seconds is refused, and the next one is served', async () => {
  jest.useFakeTimers();
  try {
    const admission = new Admission(ONE_PLACE);
    let end: () => void = () => undefined;
    const first = admission.run('A', () => new Promise<void>((resolve) => (end = resolve)));
    const late = expect(admission.run('B', async () => 'never')).rejects.toThrow('Too many operations are waiting');
    jest.advanceTimersByTime(10_001);
    await late;
    end();
    await first;
    expect(await admission.run('C', async () => 'served')).toBe('served');
  } finally {
    jest.useRealTimers();
  }
});

it("an account that only waits for its own operations is not refused because of another's slow ones", async () => {
  const crowd = new Crowd();
  crowd.ask('slow', 100);
  crowd.ask('B', 2);
  // The other's turns are seconds apart.
  for (let turns = 0; turns < 5; turns += 1) {
    crowd.now += 3_000;
    await crowd.end('slow');
  }
  const refused = crowd.refused.length;
  crowd.ask('B', 2);
  await settle();
  expect(crowd.refused.slice(refused)).toEqual([]);
  expect(crowd.admission.refuses('slow')).toBe(true);
  // At most as many as it runs will soon have room.
  crowd.ask('B', 4);
  await settle();
  expect(crowd.refused.slice(refused).map(({ owner }) => owner)).toContain('B');
});

describe('a place for which a request waited', () => {
  it('is used by its operation, once', async () => {
    const { admission } = new Crowd(ONE_PLACE);
    const place = await new Promise<Place>((resolve, reject) => {
      void admission.run('A', async () => admission.wait('A', resolve, reject));
    });
    let begun = 0;
    const work = async (): Promise<void> => void (begun += 1);
    await admission.run('A', work, place);
    place.leave();
    expect([begun, place.isHeld]).toEqual([1, false]);
    // Released twice, and still only one operation runs at a time.
    let end = (): void => undefined;
    const first = admission.run('A', () => new Promise<void>((resolve) => (end = resolve)));
    const second = admission.run('A', work, place);
    await settle();
    expect(begun).toBe(1);
    end();
    await Promise.all([first, second]);
    expect(begun).toBe(2);
  });

  it('goes to the next operation when its request no longer waits for it', async () => {
    const crowd = new Crowd(ONE_PLACE);
    crowd.ask('A');
    const leave = crowd.admission.wait('A', fail, fail);
    crowd.ask('B');
    leave();
    await crowd.end();
    expect(crowd.begun).toEqual(['A', 'B']);
  });
});
