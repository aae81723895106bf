/** The documentation is true: links lead somewhere, files and scripts exist, commands and snippets are valid. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse, validate } from 'graphql';
import { BESIDE_GATEWAY } from '../src/cli/beside-gateway';
import { createProgram, everyCommand } from '../src/cli/program';
import { buildGatewaySchema } from '../src/graph/schema';
import { resolvers } from '../src/resources';

const ROOT = join(__dirname, '..');

const markdownIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'clients/cli/README.md',
  'clients/typescript/README.md',
  ...markdownIn('docs'),
];
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(' ', '-');
const anchorsIn = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Text without its fenced blocks. */
const prose = (text: string): string => text.replaceAll(/^ *```[^]*?^ *```$/gm, '');

/** Code of a page: fenced blocks of a language, and for shells also indented blocks. */
function snippets(page: string, language: string): string[] {
  const text = read(page);
  return [...text.matchAll(new RegExp(`^ *\`\`\`${language}( .*)?\\n([^]*?)^ *\`\`\`$`, 'gm'))].map(
    ([, , code = '']) => code,
  );
}
const shellLines = (page: string): string[] => [
  ...[...snippets(page, 'sh'), ...snippets(page, 'console')].flatMap((code) =>
    code.replaceAll('\\\n', ' ').split('\n'),
  ),
  ...[...prose(read(page)).matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line),
];

test.each(PAGES)('the links of %s lead to files and headings that exist', (page) => {
  const broken: string[] = [];
  for (const [, link = ''] of prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
    const isBroken =
      !existsSync(join(ROOT, target)) || (anchor !== undefined && !anchorsIn(read(target)).includes(anchor));
    if (isBroken) broken.push(link);
  }
  expect(broken).toEqual([]);
});

/** Names that pages mention although they are examples, or made when something runs. */
const MADE = /^(dist|data)\//;
const FILE =
  /(?:^|[\s(`])((?:src|test|bench|docs|schema|migrations|scripts|examples|\.ci)\/[\w./-]*[\w-])(?=[\s`),:;]|\.\s|\.?$)/gm;

test.each(PAGES)('the files that %s names exist', (page) => {
  const named = [...prose(read(page)).matchAll(FILE)].map(([, path = '']) => path).filter((path) => !MADE.test(path));
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test.each(PAGES)('the package scripts that %s names exist', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(PAGES)('the portcullis commands of %s have these names and options', (page) => {
  const commands = new Map(
    everyCommand(createProgram(BESIDE_GATEWAY)).map((command) => {
      const path = [command.name()];
      for (let parent = command.parent; parent; parent = parent.parent) path.unshift(parent.name());
      return [path.join(' '), command];
    }),
  );
  const problems: string[] = [];
  for (const line of shellLines(page)) {
    for (const [, text = ''] of line.matchAll(/(?:^|[\s$|(])(portcullis [a-z][^|#>;)]*)/g)) {
      const words = text.trim().split(/\s+/);
      const command = [3, 2].map((count) => commands.get(words.slice(0, count).join(' '))).find((found) => found);
      const options = words.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*/, ''));
      const unknown = options.filter(
        (name) => !command?.options.some(({ long }) => long === name) && name !== '--help',
      );
      if (!command || unknown.length > 0) problems.push([text, ...unknown].join(' '));
    }
  }
  expect(problems).toEqual([]);
});

test.each(PAGES.filter((page) => snippets(page, 'graphql').length > 0))('the GraphQL of %s is valid', (page) => {
  const schema = buildGatewaySchema(resolvers);
  for (const code of snippets(page, 'graphql')) expect([code, validate(schema, parse(code))]).toEqual([code, []]);
});

test('the map of the documentation names every page, or its folder', () => {
  const map = 'docs/README.md';
  const links = [...read(map).matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => join('docs', link));
  const missing = PAGES.filter((page) => page !== map && !links.includes(page) && !links.includes(dirname(page)));
  expect(missing).toEqual([]);
});
