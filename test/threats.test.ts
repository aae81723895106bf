/** docs/threats.md names a layer and tests for each of the thirty attacks: the tests must exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const THREATS = 30;

interface Threat {
  readonly number: number;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
  readonly layer: string | null;
}

function readThreats(): Threat[] {
  const page = readFileSync(join(ROOT, 'docs/threats.md'), 'utf8');
  return page
    .split(/^(?=\d+\. )/m)
    .slice(1)
    .map((section) => ({
      number: Number.parseInt(section, 10),
      tests: [...section.matchAll(/^ +- `([^`]+)`: (.+)$/gm)].map(([, file = '', title = '']) => ({ file, title })),
      layer: /^ +- Layer: (.+)\.$/m.exec(section)?.[1] ?? null,
    }));
}

/** The text of a test file on one line and without escapes, because a title may be broken over lines. */
const sourceOf = (file: string): string =>
  readFileSync(join(ROOT, file), 'utf8').replaceAll(/\s+/g, ' ').replaceAll("\\'", "'");

it('every threat names its layer and its tests', () => {
  const threats = readThreats();
  expect(threats.map(({ number }) => number)).toEqual(Array.from({ length: THREATS }, (_, index) => index + 1));
  for (const { number, tests, layer } of threats)
    expect({ number, layer, tests: tests.length > 0 }).toEqual({ number, layer: expect.any(String), tests: true });
});

it('every test that docs/threats.md names exists', () => {
  for (const { number, tests } of readThreats()) {
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
