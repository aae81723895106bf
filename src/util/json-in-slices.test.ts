/** Serializing large values in slices yields the same bytes as JSON.stringify. */
import fc from 'fast-check';
import { jsonInSlices } from './json-in-slices';

const bytesOf = async (value: unknown): Promise<string> => Buffer.concat(await jsonInSlices(value)).toString();

it('the bytes are those of JSON.stringify, for any value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything({ withNullPrototype: true, withDate: true }), async (value) => {
      expect(await bytesOf({ value, list: [value] })).toBe(JSON.stringify({ value, list: [value] }));
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 200) },
  );
});

it('values that JSON does not have, and objects with toJSON, are written as JSON.stringify writes them', async () => {
  const value = { a: undefined, b: () => 1, c: [undefined, Symbol('x'), NaN], d: new Date(0), e: [[]], f: [{}], g: {} };
  expect(await bytesOf(value)).toBe(JSON.stringify(value));
});

it.each([0, 1])('a long text of surrogate pairs after %i characters is serialized unchanged', async (count) => {
  const value = { text: `${'x'.repeat(count)}${'\u{1F600}'.repeat(100_000)}`, half: '\udc00'.repeat(100_000) };
  expect(await bytesOf(value)).toBe(JSON.stringify(value));
});

it.each([
  ['a long text', 'ä"\n'.repeat(1_000_000)],
  ['a list of many texts', Array.from({ length: 3_000 }, () => 'x'.repeat(1_000))],
  ['an object of many texts', Object.fromEntries(Array.from({ length: 3_000 }, (_, key) => [key, 'x'.repeat(1_000)]))],
])('%s is written in pieces of bounded size', async (_what, value) => {
  const pieces = await jsonInSlices({ value });
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(512 * 1024);
  expect(Buffer.concat(pieces).toString()).toBe(JSON.stringify({ value }));
});

it('other work runs while a large value is written', async () => {
  const value = Array.from({ length: 400 }, (_, index) => ({ index, inner: [{ text: 'ä"\n'.repeat(40_000) }] }));
  let turns = 0;
  const count = setInterval(() => (turns += 1), 0);
  const bytes = Buffer.concat(await jsonInSlices(value, '\n'));
  clearInterval(count);
  expect(turns).toBeGreaterThan(3);
  expect(bytes.equals(Buffer.from(`${JSON.stringify(value)}\n`))).toBe(true);
});
