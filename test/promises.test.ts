/** docs/operations/promises.md lists tests and benchmarks for each promise, and they exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasTest, namedTests } from './harness/test-titles';

const ROOT = join(__dirname, '..');
const PAGE = 'docs/operations/promises.md';

const promises = readFileSync(join(ROOT, PAGE), 'utf8')
  .split(/^(?=\d+\. )/m)
  .slice(1)
  .map((section) => ({ number: Number.parseInt(section, 10), section, tests: namedTests(section) }));

it('every promise is numbered and has tests, each with the title that the page lists', () => {
  expect(promises.map(({ number }) => number)).toEqual(promises.map((_promise, index) => index + 1));
  for (const { number, tests } of promises)
    expect({ number, missing: tests.filter((test) => !hasTest(test)), hasTests: tests.length > 0 }).toEqual({
      number,
      missing: [],
      hasTests: true,
    });
});

it('every benchmark whose figures show a promise exists, and its page contains them', () => {
  const figures = promises.flatMap(({ section }) =>
    [...section.matchAll(/Figures: `npm run ([^`]+)` \(\[[^\]]+\]\(([^)]+)\)\)/g)].map(
      ([, command = '', page = '']) => ({ command, page: join('docs/operations', page) }),
    ),
  );
  expect(figures.length).toBeGreaterThan(5);
  for (const { command, page } of figures) {
    const name = /^bench -- (\S+)/.exec(command)?.[1] ?? command.replace(/ .*/, '');
    const start = name === 'faults' ? '<!-- faults -->' : `<!-- bench ${name} -->`;
    const table = readFileSync(join(ROOT, page), 'utf8').split(start)[1] ?? '';
    expect([command, /^\| /m.test(table.split('<!-- /')[0] ?? '')]).toEqual([command, true]);
    const isThere = name === 'faults' || existsSync(join(ROOT, `bench/benchmarks/${name}.ts`));
    expect([command, isThere]).toEqual([command, true]);
  }
});
