/** The position that a replica must have replayed before an account is read from it. */
import { parseAccountId, type AccountId } from '../../auth/caller';
import { isPosition, lsnOf, positionOf, timelineOf } from './position';
import { WrittenPositions } from './written-positions';

const at = (low: number, timeline = 1): string =>
  positionOf(`0000000${timeline}`, `0/${low.toString(16).toUpperCase()}`);

function account(digit: string): AccountId {
  const id = parseAccountId(`00000000-0000-7000-8000-00000000000${digit}`);
  if (!id) throw new Error('Not an id');
  return id;
}

const [A, B] = [account('a'), account('b')];

test('nothing is read from replicas before the primary was queried', () => {
  expect(new WrittenPositions().of(A)).toBeNull();
});

test('positions sort as the log grows, and those of a later timeline come last', () => {
  const positions = ['00000001', '00000002', '0000000A'].flatMap((timeline) =>
    ['0/9', '0/10', '0/FFFFFFFF', '1/0', 'A/0', '10/0'].map((lsn) => positionOf(timeline, lsn)),
  );
  expect(positions).toEqual([...positions].sort());
  expect(isPosition(positions[0])).toBe(true);
  expect(timelineOf(positionOf('0000000A', '16/B374D848'))).toBe('0000000A');
  expect(lsnOf(positionOf('0000000A', '16/B374D848'))).toBe('00000016/B374D848');
  for (const [timeline, lsn] of [
    ['00000001', ''],
    ['1', '0/9'],
    [null, '0/9'],
    ['00000001', null],
  ])
    expect(() => positionOf(timeline, lsn)).toThrow('no position');
});

test('an account waits for its own changes, several accounts for theirs, and a read of all accounts for every change', async () => {
  const positions = new WrittenPositions();
  await positions.ask(async () => at(10));
  positions.note(A, at(30));
  positions.note(A, at(20));
  expect([A, B, null].map((each) => positions.of(each))).toEqual([at(30), at(10), at(30)]);
  positions.note(null, at(40));
  expect([A, B, null].map((each) => positions.of(each))).toEqual([at(40), at(40), at(40)]);
});

test('the answer of the primary covers changes recorded before the query, but not later ones', async () => {
  const positions = new WrittenPositions();
  positions.note(A, at(10));
  let answer: (position: string) => void = () => undefined;
  const asking = positions.ask(() => new Promise((resolve) => (answer = resolve)));
  positions.note(B, at(90));
  answer(at(50));
  await asking;
  expect([A, B].map((each) => positions.of(each))).toEqual([at(50), at(90)]);
});

test('earlier changes count while the primary is queried, and if it does not answer', async () => {
  const positions = new WrittenPositions();
  await positions.ask(async () => at(10));
  positions.note(A, at(30));
  let fail: (error: Error) => void = () => undefined;
  const asking = positions.ask(() => new Promise((_, reject) => (fail = reject)));
  expect(positions.of(A)).toBe(at(30));
  fail(new Error('gone'));
  await expect(asking).rejects.toThrow('gone');
  expect([A, null].map((each) => positions.of(each))).toEqual([at(30), at(30)]);
});

test('after a failover that lost changes, the new primary decides how far a replica must be', async () => {
  const positions = new WrittenPositions();
  await positions.ask(async () => at(90));
  positions.note(A, at(95));
  await positions.ask(async () => at(50, 2));
  expect(positions.of(A)).toBe(at(50, 2));
});

test('changes on the new timeline are after every position of the previous one', async () => {
  const positions = new WrittenPositions();
  await positions.ask(async () => at(90));
  positions.note(A, at(50, 2));
  expect([A, B].map((each) => positions.of(each))).toEqual([at(50, 2), at(90)]);
});
