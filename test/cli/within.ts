/** Runs the command line in this process as if it were a separate one: with its own streams, environment and folder. */
import { PassThrough } from 'node:stream';
import { DATABASE_COMMANDS } from '../../src/cli/database-commands';
import { run } from '../../src/cli/process';
import type { Outcome, RunOptions } from './harness';

const streamOf = (isTerminal: boolean | undefined): PassThrough =>
  Object.assign(new PassThrough(), isTerminal === true ? { isTTY: true, columns: 100 } : {});

/** The output of a stream so far. */
function heard(stream: PassThrough): () => string {
  const chunks: string[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return () => chunks.join('');
}

const KEYS = new Set(['\u0003', '\u0004']);

/** Types a line at each prompt; Ctrl-C and Ctrl-D without Enter. */
function answerPrompts({ stdin, stderr }: Readonly<Record<'stdin' | 'stderr', PassThrough>>, lines: string[]): void {
  stderr.on('data', (chunk: Buffer) => {
    if (!/(: |\] )$/.test(chunk.toString())) return;
    const line = lines.shift() ?? '';
    stdin.write(KEYS.has(line) ? line : `${line}\r`);
  });
}

/** Replaces properties of the process while `work` runs. */
async function standingIn(values: Readonly<Record<string, unknown>>, work: () => Promise<void>): Promise<void> {
  const former = Object.keys(values).map((name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const);
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(process, name, { value, configurable: true, writable: true });
  try {
    await work();
  } finally {
    for (const [name, descriptor] of former)
      if (descriptor) Object.defineProperty(process, name, descriptor);
      else Reflect.deleteProperty(process, name);
  }
}

export async function runWithin(
  args: readonly string[],
  { folder, env, input = '', terminal }: RunOptions & { readonly folder: string; readonly env: NodeJS.ProcessEnv },
): Promise<Outcome> {
  const streams = { stdin: streamOf(terminal), stdout: streamOf(terminal), stderr: streamOf(terminal) };
  const [stdout, stderr] = [heard(streams.stdout), heard(streams.stderr)];
  if (terminal === true) answerPrompts(streams, input.split('\n'));
  else streams.stdin.end(input);
  const cwd = process.cwd();
  let code: number | null = null;
  process.chdir(folder);
  try {
    await standingIn({ ...streams, env, exitCode: undefined }, async () => {
      await run(args, DATABASE_COMMANDS);
      code = Number(process.exitCode ?? 0);
    });
  } finally {
    process.chdir(cwd);
  }
  return { code, stdout: stdout(), stderr: stderr() };
}
