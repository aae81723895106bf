/** The key cache: what simultaneous requests share, and what they do not. */
import type { KeyRecord } from './caller';
import { KeyCache } from './key-cache';

const RECORD = { account: null, access: { madeOf: ['key'] } } as unknown as KeyRecord;

/** A cache whose lookups are answered when the test says so. */
function cache(): { keys: KeyCache; answers: ((record: KeyRecord | null) => void)[]; pass: (ms: number) => void } {
  let now = 1_000;
  const answers: ((record: KeyRecord | null) => void)[] = [];
  const lookup = (): Promise<KeyRecord | null> => new Promise((resolve) => answers.push(resolve));
  const keys = new KeyCache(lookup, { confirmedAt: Number.POSITIVE_INFINITY }, () => now);
  return { keys, answers, pass: (ms) => (now += ms) };
}

describe('the cache of keys', () => {
  it('looks a key up once for all concurrent requests', async () => {
    const { keys, answers } = cache();
    const asked = [keys.fetch('key'), keys.fetch('key'), keys.fetch('other')];
    expect(answers).toHaveLength(2);
    for (const answer of answers) answer(RECORD);
    await expect(Promise.all(asked)).resolves.toEqual([RECORD, RECORD, RECORD]);
  });

  it('looks a key up again for a request after a change', async () => {
    const { keys, answers } = cache();
    const before = keys.fetch('key');
    keys.changed('key');
    const after = keys.fetch('key');
    expect(answers).toHaveLength(2);
    answers[1]?.(null);
    answers[0]?.(RECORD);
    await expect(Promise.all([before, after])).resolves.toEqual([RECORD, null]);
    expect(keys.cached('key')).toBeNull();
  });

  it('looks a key up again for a request long after a lookup began', async () => {
    const { keys, answers, pass } = cache();
    const slow = keys.fetch('key');
    pass(50);
    const later = keys.fetch('key');
    expect(answers).toHaveLength(2);
    for (const answer of answers) answer(RECORD);
    await Promise.all([slow, later]);
  });

  it('keeps a key when it is looked up in another account', async () => {
    const ofAccount = { ...RECORD, account: { id: 'own' } } as unknown as KeyRecord;
    const lookup = (_id: string, accountId?: string): Promise<KeyRecord | null> =>
      Promise.resolve(accountId === 'other' ? null : ofAccount);
    const keys = new KeyCache(lookup, { confirmedAt: Number.POSITIVE_INFINITY });
    await keys.fetch('key', 'own');
    await expect(Promise.all([keys.fetch('key', 'other'), keys.fetch('key', 'own')])).resolves.toEqual([
      null,
      ofAccount,
    ]);
    expect(keys.cached('key')?.record).toBe(ofAccount);
  });

  it('keeps keys looked up while others changed, but not a key that changed itself', async () => {
    const { keys, answers } = cache();
    const asked = keys.fetch('key');
    keys.changed('key of another account');
    answers[0]?.(RECORD);
    await asked;
    expect(keys.cached('key')).toEqual({ record: RECORD, isFresh: true });
    const again = keys.fetch('key');
    keys.changed('role');
    answers[1]?.({ ...RECORD, access: { madeOf: ['key', 'role'] } } as unknown as KeyRecord);
    await again;
    expect(keys.cached('key')).toBeNull();
  });

  it('does not count a look-up as fresh if notifications may have been missed during it', async () => {
    const { keys, answers, pass } = cache();
    const asked = keys.fetch('key');
    pass(1);
    keys.changedUnheard();
    answers[0]?.(RECORD);
    await asked;
    expect(keys.cached('key')?.isFresh).toBe(false);
  });

  it('looks a key up again after a lookup that failed', async () => {
    let tries = 0;
    const lookup = (): Promise<KeyRecord | null> =>
      (tries += 1) === 1 ? Promise.reject(new Error('no database')) : Promise.resolve(RECORD);
    const keys = new KeyCache(lookup, { confirmedAt: Number.POSITIVE_INFINITY });
    await expect(keys.fetch('key')).rejects.toThrow('no database');
    await expect(keys.fetch('key')).resolves.toBe(RECORD);
  });
});
