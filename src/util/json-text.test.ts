/** What writes itself as JSON is what JSON.stringify would write. */
import fc from 'fast-check';
import { fieldsJson, JsonText, jsonOf, WRITE_JSON } from './json-text';

const strings = fc.string({ unit: 'binary' });

test('values are written as JSON.stringify writes them', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), strings, fc.array(strings)), (value) => {
      expect(jsonOf(value)).toBe(JSON.stringify(value));
    }),
  );
});

test('lone surrogates, quotes, backslashes and control characters are escaped', () => {
  for (const text of ['\ud800', 'a\udfffb', '"', '\\', '\u0000', '\n', '\u007f', '\u2028', '😀'])
    expect(jsonOf(text)).toBe(JSON.stringify(text));
});

test('JSON text is passed on, wherever it stands', () => {
  const text = '{"a": 1.10, "__proto__": [null, "\\u0001"]}';
  const writer = { [WRITE_JSON]: (): string => `{"inner":${jsonOf(new JsonText(text))}}` };
  expect(jsonOf([new JsonText(text), null, undefined, 'x'])).toBe(`[${text},null,null,"x"]`);
  expect(fieldsJson({ errors: undefined, data: writer })).toBe(`{"data":{"inner":${text}}}`);
});

test('JSON.stringify writes JSON text as the value that it is', () => {
  expect(JSON.stringify({ a: new JsonText('{"b": [1, 2]}') })).toBe('{"a":{"b":[1,2]}}');
});
