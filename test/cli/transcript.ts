/** A terminal session on a page: fenced blocks of commands and their output, replayed in a shell. */
import { spawn } from 'node:child_process';
import { COMMAND, outcomeOf, type CliTest, type Outcome } from './harness';

/** The complete transcript of a page: its `console` blocks. */
export const sessionsIn = (page: string): string[] =>
  [...page.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block = '']) => block);

export interface Step {
  readonly command: string;
  readonly printed: string;
}

/** The steps of a block; a command continues as long as its lines end in a backslash. */
export function stepsOf(block: string): Step[] {
  return [...block.matchAll(/^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command = '', printed = '']) => ({
    command,
    printed,
  }));
}

/** The page with the output of its steps, in order. */
export function withPrinted(page: string, printed: readonly string[]): string {
  const rest = [...printed];
  const blocks = sessionsIn(page);
  return blocks.reduce((text, block) => {
    const steps = stepsOf(block).map(({ command }) => `$ ${command}\n${rest.shift() ?? ''}`);
    return text.replace(block, () => steps.join(''));
  }, page);
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/g;
const HASH = /\b[0-9a-f]{64}\b/g;
const PREVIEW = /(pcl_(?:live|master))_[0-9a-f]{8}…/g;

/** Replaces what differs from run to run: ids, times, hashes, ports and previews of keys. */
export const normal = (text: string): string =>
  text
    .replaceAll(ID, '0190a6a0-0000-7000-8000-000000000000')
    .replaceAll(TIME, '2026-01-01T09:00:00.000Z')
    .replaceAll(HASH, 'f'.repeat(64))
    .replaceAll(ADDRESS, 'http://127.0.0.1:4000')
    .replaceAll(PREVIEW, '$1_00000000…');

/** Runs a command in a shell and returns what a terminal would show: both streams, interleaved. */
export async function shell(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const program = COMMAND.map((part) => `'${part}'`).join(' ');
  const child = spawn('bash', ['-c', `exec 2>&1; portcullis() { ${program} "$@"; }; ${command}`], { cwd, env });
  child.stdin.end();
  return (await outcomeOf(child)).stdout;
}

const PRINTED = /portcullis \S.*$/gm;

/** Runs a command that was printed for pasting, unchanged and in a shell; more words may be appended. */
export function runPrinted(cli: CliTest, text: string, verb: string, input = '', ...more: string[]): Promise<Outcome> {
  const line = [...text.matchAll(PRINTED)]
    .map(([command]) => command)
    .find((command) => command.split(' ')[1] === verb);
  const program = COMMAND.map((part) => `'${part}'`).join(' ');
  const shellText = `portcullis() { ${program} "$@"; }; ${[line ?? 'false', ...more].join(' ')}`;
  const child = spawn('bash', ['-c', shellText], { cwd: cli.folder, env: cli.env });
  child.stdin.end(input);
  return outcomeOf(child);
}
