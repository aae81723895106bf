/** Differences between two recorded rows are reported path by path: none is left out, and no two paths look the same. */
import { diffRows } from './row-diff';

const places = (before: object, after: object): unknown[] =>
  diffRows({ metadata: before }, { metadata: after }).map((one) => [one.path, one.before, one.after]);

it.each<[string, object, object, unknown[]]>([
  ['nothing', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ['a value', { a: 1, b: 2 }, { a: 1, b: 3 }, [['metadata.b', 2, 3]]],
  ['a name that came', {}, { a: 1 }, [['metadata.a', null, 1]]],
  ['a name with null that came', {}, { a: null }, [['metadata.a', null, null]]],
  ['a name with null that went', { a: null }, {}, [['metadata.a', null, null]]],
  ['null that became a value', { a: null }, { a: false }, [['metadata.a', null, false]]],
  ['an element of an array', { a: [1, 2] }, { a: [1, 3] }, [['metadata.a', [1, 2], [1, 3]]]],
  ['the order of an array', { a: [1, 2] }, { a: [2, 1] }, [['metadata.a', [1, 2], [2, 1]]]],
  ['an object in an array', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, [['metadata.a', [{ b: 1 }], [{ b: 2 }]]]],
  ['a deep value', { a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }, [['metadata.a.b.c', 1, 2]]],
  ['an object that became a value', { a: { b: 1 } }, { a: 1 }, [['metadata.a', { b: 1 }, 1]]],
  ['an array that became an object', { a: [] }, { a: {} }, [['metadata.a', [], {}]]],
  ['a number that became a text', { a: 1 }, { a: '1' }, [['metadata.a', 1, '1']]],
  ['an empty object that came', {}, { a: {} }, [['metadata.a', null, {}]]],
  ['an object that was emptied', { a: { b: 1 } }, { a: {} }, [['metadata.a.b', 1, null]]],
  ['a name with a dot', { a: { b: 1 } }, { a: { b: 1 }, 'a.b': 1 }, [['metadata["a.b"]', null, 1]]],
  ['a name with a slash', {}, { 'a/b': 1 }, [['metadata["a/b"]', null, 1]]],
  ['a name with quotes and brackets', {}, { '["x"]': 1 }, [['metadata["[\\"x\\"]"]', null, 1]]],
  ['a name of another script', {}, { 'größe-名': 1 }, [['metadata.größe-名', null, 1]]],
  [
    'a name of white space, and an empty one',
    {},
    { ' ': 1, '': 2 },
    [
      ['metadata[" "]', null, 1],
      ['metadata[""]', null, 2],
    ],
  ],
  [
    'a name that every object has',
    {},
    { constructor: 1, toString: 2 },
    [
      ['metadata.constructor', null, 1],
      ['metadata.toString', null, 2],
    ],
  ],
  ['a version that is no bookkeeping', { version: 1 }, { version: 2 }, [['metadata.version', 1, 2]]],
])('%s', (_, before, after, expected) => {
  expect(places(before, after)).toEqual(expected);
});

it('a row diff treats names of Object.prototype like any other name', () => {
  const after: object = JSON.parse('{"__proto__": {"a": 1}}');
  expect(places({}, after)).toEqual([['metadata.__proto__', null, { a: 1 }]]);
});

it('a row diff reports a very large value completely', () => {
  const large = 'x'.repeat(1_000_000);
  expect(places({ a: large }, { a: `${large}y` })).toEqual([['metadata.a', large, `${large}y`]]);
});

it('a row diff of a created or deleted row has an entry for each value that the row had', () => {
  const row = {
    id: '1',
    deleted_at: null,
    created_at: '2026-11-25T18:00:00.5+00:00',
    version: 1,
    tags: [],
    metadata: {},
  };
  expect(diffRows(null, row)).toEqual([
    { path: 'createdAt', before: null, after: '2026-11-25T18:00:00.500Z' },
    { path: 'id', before: null, after: '1' },
    { path: 'metadata', before: null, after: {} },
    { path: 'tags', before: null, after: [] },
  ]);
  expect(diffRows(row, null).map(({ path, after }) => [path, after])).toEqual([
    ['createdAt', null],
    ['id', null],
    ['metadata', null],
    ['tags', null],
  ]);
});
