/** The documentation is correct: links resolve, files and scripts exist, commands and snippets are valid. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse, validate } from 'graphql';
import { DATABASE_COMMANDS } from '../src/cli/database-commands';
import { createProgram, everyCommand } from '../src/cli/program';
import { buildGatewaySchema } from '../src/graph/schema';
import { resolvers } from '../src/resources';
import { markedAs, PAGES, proseOf, snippetsOf, type Snippet } from './snippets';

const ROOT = join(__dirname, '..');

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(' ', '-');
const anchorsIn = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

const shellLines = (page: string): string[] =>
  snippetsOf(page)
    .filter(({ language }) => language === 'sh' || language === 'console')
    .flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n'));

test.each(PAGES)('the links of %s lead to files and headings that exist', (page) => {
  const broken: string[] = [];
  for (const [, link = ''] of proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(link)) continue;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path));
    const isBroken =
      !existsSync(join(ROOT, target)) || (anchor !== undefined && !anchorsIn(read(target)).includes(anchor));
    if (isBroken) broken.push(link);
  }
  expect(broken).toEqual([]);
});

/** Names that pages mention although they are examples, or created at run time. */
const MADE = /^(dist|data)\//;
const FILE =
  /(?:^|[\s(`])((?:src|test|bench|docs|schema|migrations|scripts|examples|\.ci)\/[\w./-]*[\w-])(?=[\s`),:;]|\.\s|\.?$)/gm;

test.each(PAGES)('the files that %s names exist', (page) => {
  const named = [...proseOf(page).matchAll(FILE)].map(([, path = '']) => path).filter((path) => !MADE.test(path));
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test.each(PAGES)('the package scripts that %s names exist', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(PAGES)('the portcullis commands of %s have these names and options', (page) => {
  const commands = new Map(
    everyCommand(createProgram(DATABASE_COMMANDS)).map((command) => {
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

/** Operations, except those that another test runs, possibly with another schema. */
const operationsOf = (page: string): Snippet[] =>
  snippetsOf(page).filter((each) => each.language === 'graphql' && markedAs('run', each) === null);

test.each(PAGES.filter((page) => operationsOf(page).length > 0))('the GraphQL of %s is valid', (page) => {
  const schema = buildGatewaySchema(resolvers);
  for (const { code } of operationsOf(page)) expect([code, validate(schema, parse(code))]).toEqual([code, []]);
});

const SOURCES = PAGES.flatMap((page) =>
  snippetsOf(page).flatMap((snippet) => {
    const file = markedAs('source', snippet);
    return file === null ? [] : [{ page, file, code: snippet.code }];
  }),
);

test.each(SOURCES)('$page lists $file as it is', ({ file, code }) => {
  expect(code).toBe(read(file));
});

/** The tests that run snippets with these marks, on every page. */
const RUN_EVERYWHERE: readonly (readonly [snippet: RegExp, test: string])[] = [
  [/^\w+ (recipe|answer|file)=/, 'test/guides.ts'],
  [/^sh (given|settings)$/, 'test/guides.ts'],
  [/^graphql$/, 'test/guides.ts'],
  [/^\w+ source=/, 'test/docs.test.ts'],
];

/** The tests that run snippets with these marks, on pages that the test names. */
const RUN_ON_PAGES: readonly (readonly [snippet: RegExp, test: string])[] = [
  [/^graphql (master|acme|customer)$/, 'test/keys/pages.test.ts'],
  [/^json$/, 'test/keys/pages.test.ts'],
  [/^console$/, 'test/cli/promotion-session.test.ts'],
  [/^sh drill=/, 'test/deploy/drills.test.ts'],
  [/^yaml codegen$/, 'test/guides.ts'],
];

const NOT_RUN = /^not-run: (.{10,})$/;

/** Whether a test runs the snippet, or its mark says why not. Output and diagrams are `text`. */
function isAccountedFor(snippet: Snippet): boolean {
  const { page, language, mark } = snippet;
  const label = `${language} ${mark}`.trim();
  if (language === 'text' || NOT_RUN.test(mark)) return true;
  if (RUN_EVERYWHERE.some(([pattern]) => pattern.test(label))) return true;
  const named = markedAs('run', snippet) ?? RUN_ON_PAGES.find(([pattern]) => pattern.test(label))?.[1];
  if (named === undefined || !existsSync(join(ROOT, named))) return false;
  // The test has to read the page, by its path or by the end of it.
  return [page, ...page.split('/').map((_, index, parts) => parts.slice(index).join('/'))].some((path) =>
    read(named).includes(`${path}'`),
  );
}

test.each(PAGES)('every snippet of %s is run by a test, or says why it is not', (page) => {
  const missing = snippetsOf(page).filter((snippet) => !isAccountedFor(snippet));
  expect(missing.map(({ language, mark, code }) => `${language} ${mark}: ${code.split('\n')[0] ?? ''}`)).toEqual([]);
});

/** Indented code has no mark. */
test.each(PAGES)('%s has no commands outside of fenced blocks', (page) => {
  const indented = [...proseOf(page).matchAll(/^ {4}(?![-*]|\d+\.)(\S.*)$/gm)].map(([, line = '']) => line);
  expect(
    indented.filter((line) => /^(portcullis|npm|npx|node|curl|cat|export|query|mutation|\{)\b/.test(line)),
  ).toEqual([]);
});

test.each(PAGES)('the files and drills that %s names as reasons exist', (page) => {
  const reasons = snippetsOf(page).flatMap(({ mark }) => NOT_RUN.exec(mark)?.[1] ?? []);
  const files = reasons.flatMap((reason) => [...reason.matchAll(/\b(?:test|docs)\/[\w./-]*\w/g)].map(([file]) => file));
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('the map of the documentation names every page, or its folder', () => {
  const map = 'docs/README.md';
  const links = [...read(map).matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => join('docs', link));
  const missing = PAGES.filter((page) => page !== map && !links.includes(page) && !links.includes(dirname(page)));
  expect(missing).toEqual([]);
});

test('the list of decisions has each of them once, by its title, and which are superseded', () => {
  const listed = read('docs/adr/README.md')
    .split('\n')
    .filter((line) => line.startsWith('- '));
  const decisions = readdirSync(join(ROOT, 'docs/adr')).filter((file) => file !== 'README.md');
  const lines = decisions.map((file) => {
    const text = read(`docs/adr/${file}`);
    const [, number = '', title = ''] = /^# (\d{4}) (.+)/.exec(text) ?? [];
    return `- [${number}](${file}) ${title}${/^\*\*Superseded by/m.test(text) ? ' (superseded)' : ''}`;
  });
  expect(listed.sort()).toEqual(lines.sort());
});
