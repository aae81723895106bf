/** What a replica must have replayed before an account is read from it. */
import { parseAccountId, type AccountId } from '../../auth/caller';
import { positionOf } from './position';
import { WrittenPositions } from './written-positions';

const at = (low: number): string => positionOf(`0/${low.toString(16).toUpperCase()}`);

function account(digit: string): AccountId {
  const id = parseAccountId(`00000000-0000-7000-8000-00000000000${digit}`);
  if (!id) throw new Error('Not an id');
  return id;
}

const [A, B] = [account('a'), account('b')];

test('nothing is read from replicas before the primary was asked', () => {
  expect(new WrittenPositions().of(A)).toBeNull();
});

test('positions sort as the log grows', () => {
  const lsns = ['0/9', '0/10', '0/FFFFFFFF', '1/0', 'A/0', '10/0'];
  expect(lsns.map(positionOf)).toEqual(lsns.map(positionOf).sort());
  expect(() => positionOf('')).toThrow('no position');
});

test('an account waits for its own changes, and those of several accounts; all accounts for every change', async () => {
  const positions = new WrittenPositions();
  await positions.ask(async () => at(10));
  positions.note(A, at(30));
  positions.note(A, at(20));
  expect([A, B, null].map((each) => positions.of(each))).toEqual([at(30), at(10), at(30)]);
  positions.note(null, at(40));
  expect([A, B, null].map((each) => positions.of(each))).toEqual([at(40), at(40), at(40)]);
});

test('the answer of the primary covers what was noted before the question, not what was noted meanwhile', async () => {
  const positions = new WrittenPositions();
  positions.note(A, at(10));
  let answer: (position: string) => void = () => undefined;
  const asking = positions.ask(() => new Promise((resolve) => (answer = resolve)));
  positions.note(B, at(90));
  answer(at(50));
  await asking;
  expect([A, B].map((each) => positions.of(each))).toEqual([at(50), at(90)]);
});

test('while the primary is asked, and when it does not answer, earlier changes count', async () => {
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
  await positions.ask(async () => at(50));
  expect(positions.of(A)).toBe(at(50));
});
