/** Serializing large values in slices yields the same bytes as JSON.stringify. */
import fc from 'fast-check';
import { jsonInSlices } from './json-in-slices';

const bytesOf = async (value: unknown): Promise<string> => (await jsonInSlices(value)).toString();

it('the bytes are those of JSON.stringify, whatever the value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything({ withNullPrototype: true, withDate: true }), async (value) => {
      expect(await bytesOf({ value, list: [value] })).toBe(JSON.stringify({ value, list: [value] }));
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 200) },
  );
});

it('values that JSON does not have, and objects that write themselves, are written as JSON.stringify does', async () => {
  const value = { a: undefined, b: () => 1, c: [undefined, Symbol('x'), NaN], d: new Date(0), e: [[]], f: [{}], g: {} };
  expect(await bytesOf(value)).toBe(JSON.stringify(value));
});

it('other work runs while a large value is written', async () => {
  const value = Array.from({ length: 400 }, (_, index) => ({ index, inner: [{ text: 'ä"\n'.repeat(40_000) }] }));
  let turns = 0;
  const count = setInterval(() => (turns += 1), 0);
  const bytes = await jsonInSlices(value, '\n');
  clearInterval(count);
  expect(turns).toBeGreaterThan(3);
  expect(bytes.equals(Buffer.from(`${JSON.stringify(value)}\n`))).toBe(true);
});
