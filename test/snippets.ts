/** The code of the documentation: its fenced blocks, and the marks that say which test runs them, or why none does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

const markdownIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
    .sort();

export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'clients/cli/README.md',
  'clients/typescript/README.md',
  'packages/directives/README.md',
  ...markdownIn('docs'),
];

export const readPage = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

export interface Snippet {
  readonly page: string;
  readonly language: string;
  /** The text after the language: `recipe=frontend`, `not-run: it needs a cluster`. */
  readonly mark: string;
  /** The code without the indentation of its fence. */
  readonly code: string;
}

/** Text that `npm run docs` and the benchmarks write between two comments; tests compare it with its source. */
const GENERATED = /^<!-- (.+) -->$[^]*?^<!-- \/\1 -->$/gm;
const FENCE = /^( *)```(\w*) ?(.*)\n([^]*?)^ *```$/gm;

/** The fenced blocks of a page in order, without the generated ones. */
export const snippetsOf = (page: string): Snippet[] =>
  [...readPage(page).replaceAll(GENERATED, '').matchAll(FENCE)].map(
    ([, indent = '', language = '', mark = '', code = '']) => ({
      page,
      language,
      mark: mark.trim(),
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );

/** The text of a page without its fenced blocks. */
export const proseOf = (page: string): string => readPage(page).replaceAll(/^ *```[^]*?^ *```$/gm, '');

/** The value of a mark like `recipe=frontend`; null for other marks. */
export const markedAs = (kind: string, { mark }: Snippet): string | null =>
  mark.startsWith(`${kind}=`) ? mark.slice(kind.length + 1) : null;
