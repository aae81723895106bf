/** Printed bundles mean the same to YAML 1.1 and YAML 1.2 parsers. */
import fc from 'fast-check';
import { parse } from 'yaml';
import { printYaml } from './print-yaml';

/** As parsers of either version read it; `merge` is how those of 1.1 read `<<`. */
const readings = (value: unknown): unknown[] => {
  const text = printYaml(value);
  return [parse(text), parse(text, { version: '1.1', merge: true, uniqueKeys: false })];
};

const OTHERWISE =
  'no yes on off y n Y N No YES On Off true FALSE null Null ~ 12:30 190:20:30 2024-01-01 2024-01-01T10:00:00Z 1_000 0b11 0o7 017 0x1F 1e3 1.5 .5 +1 -1 .inf -.INF .nan << = 1,000 3d'.split(
    ' ',
  );

it.each(OTHERWISE)(
  'text that YAML 1.1 or 1.2 would read as another value is quoted, as a name, a value and an item: %s',
  (text) => {
    const value = { [text]: text, list: [text], inner: { [text]: { [text]: text } } };
    expect(readings(value)).toEqual([value, value]);
    expect(printYaml({ name: text })).toBe(`name: "${text}"\n`);
  },
);

it('multi-line text is a block scalar with any ending', () => {
  expect(printYaml({ a: 'one\ntwo' })).toBe('a: |-\n  one\n  two\n');
  expect(printYaml({ a: 'one\ntwo\n' })).toBe('a: |\n  one\n  two\n');
  expect(printYaml({ a: 'one\ntwo\n\n' })).toBe('a: |+\n  one\n  two\n\n');
  expect(printYaml({ a: 'one \n\n  two ' })).toBe('a: |-\n  one \n\n    two \n');
});

it('invisible characters and those that YAML forbids are escaped', () => {
  const text = 'evil\u202etxt.exe \u0085 \u2028 \ufeff \u007f \u200b';
  const printed = printYaml({ text });
  expect(printed).toMatch(/^[\t\n\x20-\x7e]*$/);
  expect(readings({ text })).toEqual([{ text }, { text }]);
});

it('numbers stay numbers', () => {
  for (const number of [1e21, 1.5e300, 1e-7, 0.1, -3, 9007199254740992]) {
    expect(readings({ number })).toEqual([{ number }, { number }]);
    expect(printYaml({ number })).toMatch(/^number: -?\d+(\.\d+(e[-+]\d+)?)?\n$/);
  }
});

it('any text round-trips through parsers of both versions, as a name and as a value', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.constantFrom(
      '\n',
      ' ',
      '\t',
      ': ',
      ' #',
      '- ',
      '"',
      "'",
      '\u2028',
      '\u0085',
      '\r',
      '|',
      '>',
      '%',
      '&a',
      '*a',
      '!',
      ...OTHERWISE,
    ),
  );
  const text = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      text,
      text.filter((key) => key !== '__proto__'),
      (value, key) => {
        const object = { [key]: value, list: [value], nested: { [key]: [value] } };
        expect(readings(object)).toEqual([object, object]);
      },
    ),
    { numRuns: 2_000 },
  );
});
