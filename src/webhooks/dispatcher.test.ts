/** Deliveries of a process are shared between accounts. */
import { maxPerAccount } from './dispatcher';

const MAX_DELIVERIES = 32;

/** What accounts have if each of them always has more due, and nothing is ever answered. */
function heldBy(accounts: number): number[] {
  const held = Array.from({ length: accounts }, () => 0);
  const free = (): number => MAX_DELIVERIES - held.reduce((sum, count) => sum + count, 0);
  const next = (): number => held.findIndex((count) => count < maxPerAccount(free()));
  for (let account = next(); account >= 0 && free() > 0; account = next()) held[account] = (held[account] ?? 0) + 1;
  return held;
}

describe('deliveries of a process', () => {
  it('are limited to four at a time for an account that is alone', () => {
    expect(heldBy(1)).toEqual([4]);
  });

  it('leave room for others when eight accounts have slow endpoints', () => {
    const held = heldBy(8).reduce((sum, count) => sum + count, 0);
    expect(held).toBeLessThan(MAX_DELIVERIES - 8);
  });
});
