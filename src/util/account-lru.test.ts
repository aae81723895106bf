/** No account occupies more than its share of a shared cache, or evicts what others have there. */
import { AccountLru } from './account-lru';

it('an account with many entries evicts its own, the oldest first', () => {
  const cache = new AccountLru<number>({ max: 10, maxPerAccount: 3 });
  cache.set('quiet', 'q', 0);
  for (let n = 1; n <= 50; n += 1) cache.set('flooding', `f${n}`, n);
  expect(cache.get('q')).toBe(0);
  expect([cache.get('f47'), cache.get('f48'), cache.get('f50'), cache.size]).toEqual([undefined, 48, 50, 4]);
});

it('a full cache keeps the entries of others while an account at its share adds more', () => {
  const cache = new AccountLru<number>({ max: 6, maxPerAccount: 2 });
  for (const account of ['a', 'b', 'flooding']) for (const n of [1, 2]) cache.set(account, `${account}${n}`, n);
  for (let n = 3; n < 50; n += 1) cache.set('flooding', `flooding${n}`, n);
  for (const key of ['a1', 'a2', 'b1', 'b2']) expect(cache.get(key)).toBeDefined();
});

it('shares are counted by size, and anything larger than a share is not kept', () => {
  const cache = new AccountLru<number>({ max: 40, maxPerAccount: 10, sizeOf: (key) => key.length });
  cache.set('quiet', 'other', 0);
  for (let n = 0; n < 9; n += 1) cache.set('flooding', `four${n}`, n);
  expect([cache.size, cache.get('four6'), cache.get('four7'), cache.get('other')]).toEqual([3, undefined, 7, 0]);
  cache.set('flooding', 'longer than ten', 1);
  expect([cache.size, cache.get('longer than ten')]).toEqual([3, undefined]);
  cache.set('flooding', 'four8', 10);
  expect([cache.size, cache.get('four8'), cache.get('four7')]).toEqual([3, 10, 7]);
});

it('a removed entry releases its space', () => {
  const cache = new AccountLru<number>({ max: 10, maxPerAccount: 2 });
  for (const key of ['a1', 'a2']) cache.set('a', key, 1);
  cache.delete('a1');
  cache.set('a', 'a3', 3);
  expect([cache.get('a2'), cache.get('a3')]).toEqual([1, 3]);
  cache.deleteWhere((value) => value === 3);
  cache.deleteAccount('a');
  expect(cache.size).toBe(0);
});
