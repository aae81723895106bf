/** Stored JSON becomes part of an answer unchanged, and nothing else in the answer changes. */
import { JsonText, jsonWithTexts, wholeJson } from './json-text';

const TEXT = '{"a": 1.50, "b": "\\u00e9"}';

test('JSON that is passed on appears in an answer unchanged', () => {
  const answer = { errors: undefined, data: { list: [new JsonText(TEXT), null, 'x'], one: new JsonText('null') } };
  expect(jsonWithTexts(answer)).toBe(`{"data":{"list":[${TEXT},null,"x"],"one":null}}`);
});

test('an answer without such JSON is written by JSON.stringify', () => {
  const answer = { a: 'quote " and \\, \u0000, half \ud800, ümlaut', b: [1, null, undefined], toJSON: 'a key' };
  expect(jsonWithTexts(answer)).toBe(JSON.stringify(answer));
});

test('elsewhere it is serialized as its value', () => {
  const value = { json: new JsonText(TEXT) };
  expect(JSON.stringify(value)).toBe('{"json":{"a":1.5,"b":"é"}}');
  jsonWithTexts(value);
  expect(JSON.stringify(value)).toBe('{"json":{"a":1.5,"b":"é"}}');
});

test('an answer that cannot be serialized leaves no state behind', () => {
  const fails = {
    toJSON: (): never => {
      throw new Error('no');
    },
  };
  expect(() => jsonWithTexts([new JsonText(TEXT), fails])).toThrow('no');
  expect(JSON.stringify(new JsonText('[ 1 ]'))).toBe('[1]');
});

test('values that JSON does not have become null', () => {
  expect(wholeJson(undefined)).toBe('null');
});
