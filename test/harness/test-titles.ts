/** The titles of tests as pages list them: `- \`test/file.test.ts\`: the title`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '../..');

export interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** The tests that a text lists, one per line. */
export const namedTests = (text: string): NamedTest[] =>
  [...text.matchAll(/^ +- `([^`]+)`: (.+)$/gm)].map(([, file = '', title = '']) => ({ file, title }));

/** `it`, `it.each(…)`, `(… ? it : it.skip)` -> `it`; a constant that is one of the latter has a longer name: `itReads` */
function calledName(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isParenthesizedExpression(expression)) return calledName(expression.expression);
  if (ts.isConditionalExpression(expression)) return calledName(expression.whenTrue);
  return ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression)
    ? calledName(expression.expression)
    : '';
}

/** The titles of the tests in a file and of their groups, as written: tests for each row of a table have placeholders. */
export function titlesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2023);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    const [title] =
      ts.isCallExpression(node) && /^(it|test|describe)([A-Z]\w*)?$/.test(calledName(node.expression))
        ? node.arguments
        : [];
    if (title && ts.isStringLiteralLike(title)) titles.push(title.text);
    else if (title && ts.isTemplateExpression(title)) titles.push(title.getText(source).slice(1, -1));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** `%s` in a table of tests, `${…}` in a template. */
const PLACEHOLDER = /%[a-z]|\$\{[^}]*\}/;

/** Whether it is the whole title, or the part before, between or after its placeholders. */
export const isTitle = (written: string, title: string): boolean =>
  written === title || written.split(PLACEHOLDER).some((part) => part.replace(/^[\s,:(]+|[\s,:(]+$/g, '') === title);

/** Whether such a test exists. */
export const hasTest = ({ file, title }: NamedTest): boolean =>
  existsSync(join(ROOT, file)) && titlesIn(file).some((each) => isTitle(each, title));
