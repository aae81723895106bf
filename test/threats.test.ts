/** docs/security.md names a layer and tests for each attack of the threat model: tests with these titles must exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '..');
const THREATS = 42;

interface Threat {
  readonly number: number;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
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
      tests: [...section.matchAll(/^ +- `([^`]+)`: (.+)$/gm)].map(([, file = '', title = '']) => ({ file, title })),
      layer: /^ +- Layer: (.+)\.$/m.exec(section)?.[1] ?? null,
    }));
}

/** `it`, `it.each(…)` -> `it` */
function calledName(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression)
    ? calledName(expression.expression)
    : '';
}

/** The titles of the tests in a file and of their groups, as written: tests for each row of a table have placeholders. */
function titlesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2023);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    const [title] =
      ts.isCallExpression(node) && /^(it|test|describe)$/.test(calledName(node.expression)) ? node.arguments : [];
    if (title && ts.isStringLiteralLike(title)) titles.push(title.text);
    else if (title && ts.isTemplateExpression(title)) titles.push(title.getText(source).slice(1, -1));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** `%s` of a table of tests, `${…}` of a template. */
const PLACEHOLDER = /%[a-z]|\$\{[^}]*\}/;

/** The whole title, or what stands before, between or after its placeholders. */
const isTitle = (written: string, title: string): boolean =>
  written === title || written.split(PLACEHOLDER).some((part) => part.replace(/^[\s,:(]+|[\s,:(]+$/g, '') === title);

it('every attack of the threat model is numbered, with its layer and its tests', () => {
  const threats = readThreats();
  expect(threats.map(({ number }) => number)).toEqual(Array.from({ length: THREATS }, (_, index) => index + 1));
  for (const { number, tests, layer } of threats)
    expect({ number, layer, tests: tests.length > 0 }).toEqual({ number, layer: expect.any(String), tests: true });
});

it('every test that docs/security.md names exists, with that title', () => {
  const missing = readThreats().flatMap(({ number, tests }) =>
    tests
      .filter(
        ({ file, title }) => !existsSync(join(ROOT, file)) || !titlesIn(file).some((each) => isTitle(each, title)),
      )
      .map(({ file, title }) => `${number}: ${file}: ${title}`),
  );
  expect(missing).toEqual([]);
});

it('a title that no test has, or that only part of one has, is noticed', () => {
  const [written = ''] = titlesIn('test/threats.test.ts');
  expect(isTitle(written, written)).toBe(true);
  expect(isTitle(written, 'every attack')).toBe(false);
  expect(isTitle('%s may do exactly what the table says', 'may do exactly what the table says')).toBe(true);
  expect(isTitle('%s may do exactly what the table says', 'may do')).toBe(false);
});
