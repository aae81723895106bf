/** `npm run mutants`: puts one fault at a time into a copy of the project and runs the suites that must detect it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ALL_MUTANTS } from './all-mutants';
import type { Mutant } from './mutants';

const PROJECT = resolve(__dirname, '../..');
const TABLE = join(PROJECT, 'docs/mutants.md');

function copyOfProject(): string {
  const copy = mkdtempSync(join(tmpdir(), 'portcullis-mutants-'));
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: PROJECT });
  for (const file of files.toString().trim().split('\n')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(PROJECT, file), join(copy, file));
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/**
 * The suite that failed first, and its first failed test; null if all passed. A test that only timed out has detected
 * nothing.
 */
function firstFailure(folder: string, tests: readonly string[], triesLeft = 3): string | null {
  const { status, stderr } = spawnSync('npx', ['jest', '--bail', ...tests], { cwd: folder, encoding: 'utf8' });
  if (status === 0) return null;
  if (/Exceeded timeout of/.test(stderr) && triesLeft > 0) return firstFailure(folder, tests, triesLeft - 1);
  const [, suite] = /^FAIL (\S+)/m.exec(stderr) ?? [];
  const [, test = 'the suite does not run'] = /^ {2}● (.+)$/m.exec(stderr) ?? [];
  return suite === undefined ? `no suite ran: ${stderr.slice(0, 500)}` : `${suite}: ${test}`;
}

/** @throws Error if the code that the mutant replaces is no longer there exactly once. */
function mutated({ name, find, replace }: Mutant, source: string): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`"${name}": its text occurs ${places} times in the file instead of once`);
  return source.replace(find, () => replace);
}

/** Rows of earlier runs, by the name of the fault. */
function rowsOfTable(): Map<string, string> {
  const lines = readFileSync(TABLE, 'utf8')
    .split('\n')
    .slice(HEAD.split('\n').length - 1);
  return new Map(
    lines.flatMap((line) => (line === '' ? [] : [[line.split(' | ')[0]?.replace(/^\| /, '').trim() ?? '', line]])),
  );
}

function main(): number {
  const [pattern = ''] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const chosen = ALL_MUTANTS.filter(({ name }) => new RegExp(pattern).test(name));
  const folder = copyOfProject();
  const rows = rowsOfTable();
  let survivors = 0;
  try {
    for (const mutant of chosen) {
      const path = join(folder, mutant.file);
      const source = readFileSync(path, 'utf8');
      writeFileSync(path, mutated(mutant, source));
      const killer = firstFailure(folder, mutant.tests);
      writeFileSync(path, source);
      if (killer === null) survivors += 1;
      process.stdout.write(
        `${killer === null ? 'SURVIVED' : 'killed  '} ${mutant.name}${killer === null ? '' : ` by ${killer}`}\n`,
      );
      rows.set(mutant.name, `| ${mutant.name} | ${mutant.file} | ${killer?.split(': ')[0] ?? '**survived**'} |`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${chosen.length - survivors} of ${chosen.length} faults were detected.\n`);
  if (process.argv.includes('--write')) {
    const table = ALL_MUTANTS.flatMap(({ name }) => rows.get(name) ?? []);
    writeFileSync(TABLE, `${HEAD}${table.join('\n')}\n`);
  }
  return survivors === 0 ? 0 : 1;
}

const HEAD = `# Mutation testing

\`npm run mutants -- --write\` puts each of these faults into a copy of the project, one at a time, runs the test suites that must detect it, and writes this table. A fault that no suite detects is a gap in the tests.

| fault | file | detected by |
| ----- | ---- | ----------- |
`;

process.exitCode = main();
