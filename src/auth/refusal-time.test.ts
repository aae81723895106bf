/** The time of a refusal reveals nothing about the look-up. */
import { setTimeout as pause } from 'node:timers/promises';
import { authenticate } from './authenticate';
import { BruteForceLimiter } from './brute-force-limiter';
import { formatKey, newSecret } from './key-format';

jest.mock('node:timers/promises', () => ({ setTimeout: jest.fn(() => Promise.resolve()) }));

const key = formatKey({ kind: 'account', keyId: '0190a000-0000-7000-8000-000000000001', secret: newSecret() });
const guesses = new BruteForceLimiter(0, { run: (_owner, work) => work() });

it('the minimum time of a refusal is counted from before the look-up, not from its end', async () => {
  const pauses: unknown[] = [];
  const keys = {
    cached: () => null,
    fetch: () => {
      pauses.push(...jest.mocked(pause).mock.calls);
      return Promise.resolve(null);
    },
  };
  const refused = authenticate({ 'x-api-key': key }, keys, guesses, '192.0.2.1');
  await expect(refused).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(pauses).toEqual([[25]]);
  expect(pause).toHaveBeenCalledTimes(1);
});
