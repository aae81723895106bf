/**
 * Rows reach a follower once and in order, whether they were read or handed over, and the number of waiting rows is
 * limited.
 */
import { Follower, type Feed, type FollowedRow } from './follower';

const row = (number: number, bytes = 1): FollowedRow => ({ number, values: [number], bytes });

/** A feed with the rows 1 to `count`; the tail has handed over those up to `head`. */
function feedOf(count: number, head: number): Feed & { head: number; readonly joined: Set<Follower> } {
  const joined = new Set<Follower>();
  return {
    head,
    joined,
    read: async (position) => Array.from({ length: Math.max(0, count - position) }, (_, at) => row(position + 1 + at)),
    join: (follower) => void joined.add(follower),
    leave: (follower) => void joined.delete(follower),
  };
}

async function take(follower: Follower, count: number): Promise<(number | undefined)[]> {
  const taken: (number | undefined)[] = [];
  while (taken.length < count) taken.push((await follower.next())?.number);
  return taken;
}

test('a row that was read is skipped when the tail hands it over later', async () => {
  const feed = feedOf(5, 3);
  const follower = new Follower(feed, 2);
  expect(await take(follower, 1)).toEqual([3]);
  expect(feed.joined.has(follower)).toBe(true);
  for (let number = 4; number <= 7; number += 1) follower.push(row(number));
  expect(await take(follower, 4)).toEqual([4, 5, 6, 7]);
});

test('a missing row ends the follower, with an error that names the first remaining row', async () => {
  const follower = new Follower(feedOf(0, 0), 0);
  follower.push(row(2));
  await expect(follower.next()).rejects.toMatchObject({ code: 'BAD_USER_INPUT', extensions: { firstSequence: 2 } });
});

test.each([
  ['256 rows', 256, 1],
  ['a megabyte', 10, 100_000],
])('at most %s wait for a reader, and the error names the last one that was read', async (_name, count, bytes) => {
  const feed = feedOf(0, 0);
  const follower = new Follower(feed, 0);
  follower.push(row(1, bytes));
  expect(await take(follower, 1)).toEqual([1]);
  for (let number = 2; number <= count + 2; number += 1) follower.push(row(number, bytes));
  await expect(follower.next()).rejects.toMatchObject({ code: 'OVERLOADED', extensions: { resumeAfter: 1 } });
  expect(feed.joined.size).toBe(0);
});

test('ending a follower releases its waiting reader', async () => {
  const follower = new Follower(feedOf(0, 0), 0);
  const waiting = follower.next();
  follower.end();
  expect(await waiting).toBeNull();
});
