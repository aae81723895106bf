/** docs/threats.md names tests: they must exist, for each of the thirty paths. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const PATHS = 30;

interface Path {
  readonly number: number;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
  readonly toCome: boolean;
}

function readPaths(): Path[] {
  const page = readFileSync(join(ROOT, 'docs/threats.md'), 'utf8');
  return page
    .split(/^(?=\d+\. )/m)
    .slice(1)
    .map((section) => ({
      number: Number.parseInt(section, 10),
      tests: [...section.matchAll(/^ +- `([^`]+)`: (.+)$/gm)].map(([, file = '', title = '']) => ({ file, title })),
      toCome: /^ +- To come: /m.test(section),
    }));
}

/** The text of a test file with its line breaks evened out, as a title may be broken over lines. */
const sourceOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8').replaceAll(/\s+/g, ' ');

it('every path has its tests, or says what is still to come', () => {
  const paths = readPaths();
  expect(paths.map(({ number }) => number)).toEqual(Array.from({ length: PATHS }, (_, index) => index + 1));
  for (const { number, tests, toCome } of paths)
    expect({ number, shown: tests.length > 0 || toCome }).toEqual({ number, shown: true });
});

it('every test that the page names exists', () => {
  for (const { number, tests } of readPaths()) {
    for (const { file, title } of tests) {
      expect({ number, file, exists: existsSync(join(ROOT, file)) }).toEqual({ number, file, exists: true });
      expect({ number, file, title, found: sourceOf(file).includes(title) }).toEqual({
        number,
        file,
        title,
        found: true,
      });
    }
  }
});
