/** The primary's mark is renewed so that copies of the primary do not show it and replicas do. */
import type { PreparedQuery } from '../pipeline/batch';
import { IDENTITY, PRIMARY_STATE } from './position';
import { PrimaryHistory, type AskPrimary } from './primary-history';

/** A primary that stores one mark, like its table. */
class FakePrimary implements AskPrimary {
  timeline = '00000001';
  mark: unknown = null;
  isOld = false;
  renewals = 0;
  mayTellIdentity = true;
  #at = 0;

  readonly read = async ({ text }: PreparedQuery): Promise<unknown[][]> => {
    if (text === IDENTITY.text) {
      if (!this.mayTellIdentity) throw Object.assign(new Error('permission denied'), { code: '42501' });
      return [['7/5']];
    }
    expect(text).toBe(PRIMARY_STATE.text);
    return [[this.timeline, `0/${(this.#at += 1)}`, this.mark, this.isOld]];
  };

  readonly write = async ({ values: [timeline, mark, seen] }: PreparedQuery): Promise<void> => {
    if (seen !== this.mark) return;
    expect(timeline).toBe(this.timeline);
    [this.mark, this.isOld, this.renewals] = [mark, false, this.renewals + 1];
  };
}

let primary: FakePrimary;
let history: PrimaryHistory;

beforeEach(() => {
  [primary, history] = [new FakePrimary(), new PrimaryHistory()];
});

it('a gateway renews the mark once, when it starts', async () => {
  primary.mark = 'of a copy';
  for (let turn = 0; turn < 3; turn += 1) await history.ask(primary);
  expect(primary.renewals).toBe(1);
  expect(history.current).toEqual({
    mark: primary.mark,
    markedAt: `00000001${'2'.padStart(16, '0')}`,
    identity: '7/5',
  });
});

it('an old mark is renewed, and so is that of an earlier timeline', async () => {
  await history.ask(primary);
  const { mark } = primary;
  [primary.isOld, primary.timeline] = [true, '00000002'];
  expect(await history.ask(primary)).toMatch(/^00000002/);
  expect(primary.mark).not.toBe(mark);
  expect(history.current).toMatchObject({ mark: primary.mark, markedAt: expect.stringMatching(/^00000002/) });
});

it('a mark that another gateway renewed is adopted and not renewed again', async () => {
  const other = new PrimaryHistory();
  await history.ask(primary);
  await other.ask(primary);
  await history.ask(primary);
  expect(primary.renewals).toBe(2);
  expect(history.current?.mark).toBe(other.current?.mark);
});

it('without the right to read the system identifier, only the mark is compared', async () => {
  primary.mayTellIdentity = false;
  await history.ask(primary);
  expect(history.current).toMatchObject({ mark: primary.mark, identity: null });
});

it('a primary that cannot be marked is not relied on', async () => {
  const failing = { ...primary, read: primary.read, write: () => Promise.reject(new Error('read-only')) };
  await expect(history.ask(failing)).rejects.toThrow('read-only');
  expect(history.current).toBeNull();
});
