/** docs/security.md lists a layer and tests for each attack of the threat model, and tests with these titles exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasTest, isTitle, namedTests, titlesIn, type NamedTest } from './harness/test-titles';

const ROOT = join(__dirname, '..');
const THREATS = 42;

interface Threat {
  readonly number: number;
  readonly tests: readonly NamedTest[];
  readonly layer: string | null;
}

function readThreats(): Threat[] {
  const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
  return page
    .slice(0, page.indexOf('## Further tests'))
    .split(/^(?=\d+\. )/m)
    .slice(1)
    .map((section) => ({
      number: Number.parseInt(section, 10),
      tests: namedTests(section),
      layer: /^ +- Layer: (.+)\.$/m.exec(section)?.[1] ?? null,
    }));
}

it('every attack of the threat model is numbered, with its layer and its tests', () => {
  const threats = readThreats();
  expect(threats.map(({ number }) => number)).toEqual(Array.from({ length: THREATS }, (_, index) => index + 1));
  for (const { number, tests, layer } of threats)
    expect({ number, layer, tests: tests.length > 0 }).toEqual({ number, layer: expect.any(String), tests: true });
});

it('every test that docs/security.md lists exists, with that title', () => {
  const missing = readThreats().flatMap(({ number, tests }) =>
    tests.filter((test) => !hasTest(test)).map(({ file, title }) => `${number}: ${file}: ${title}`),
  );
  expect(missing).toEqual([]);
});

it('a title that no test has, or that is only part of one, is detected', () => {
  const [written = ''] = titlesIn('test/threats.test.ts');
  expect(isTitle(written, written)).toBe(true);
  expect(isTitle(written, 'every attack')).toBe(false);
  expect(isTitle('%s may do exactly what the table says', 'may do exactly what the table says')).toBe(true);
  expect(isTitle('%s may do exactly what the table says', 'may do')).toBe(false);
});
