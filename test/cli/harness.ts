/** Runs the command line against a listening gateway, with a separate home folder, in this process or in its own. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayParts } from '../../src/gateway';
import { startTestGateway, type Tenant, type TestGateway } from '../harness/gateway';
import { newFolder } from '../harness/run';
import { runWithin } from './within';

const PROGRAM = join(__dirname, '../../src/cli/main.ts');
const TYPESCRIPT = join(__dirname, '../harness/typescript.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Piped input; at a terminal, a line for each prompt. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether all three streams are a terminal. */
  readonly terminal?: boolean;
}

export interface CliTest {
  readonly testGateway: TestGateway;
  readonly url: string;
  readonly dev: Tenant;
  readonly staging: Tenant;
  readonly prod: Tenant;
  /** The working directory of commands. */
  readonly folder: string;
  /** The folder of profiles. */
  readonly profiles: string;
  /** The environment of a command. */
  readonly env: NodeJS.ProcessEnv;
  /** Everything that commands printed. */
  readonly printed: readonly string[];
  /** Runs a command in a separate process. */
  start(args: string | readonly string[], options?: RunOptions): ChildProcessWithoutNullStreams;
  /** @param args a list of words, or one line of words without quotes. */
  run(args: string | readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Saves a key as a profile, with the login command. */
  login(profile: string, key: string, url?: string): Promise<Outcome>;
  close(): Promise<void>;
}

/** The program's command line, for shells. */
export const COMMAND = [process.execPath, '--require', TYPESCRIPT, PROGRAM];

const wordsOf = (args: string | readonly string[]): readonly string[] =>
  typeof args === 'string' ? args.split(' ') : args;

/** Collects the output of a process until it ends. */
export function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...output })));
}

/** A gateway with the accounts dev, staging and prod, a profile for each, and the profile ops with a master key. */
export async function startCliTest(settings: Partial<GatewayParts['settings']> = {}): Promise<CliTest> {
  const testGateway = await startTestGateway({ settings });
  const [dev, staging, prod] = [
    await testGateway.createAccount('acme-dev'),
    await testGateway.createAccount('acme-staging'),
    await testGateway.createAccount('acme-prod'),
  ];
  const url = await testGateway.gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const folder = newFolder();
  const config = join(folder, 'config');
  mkdirSync(config);
  const own = /^(PORTCULLIS_|FORCE_COLOR$|npm_)/;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  const env = { ...inherited, XDG_CONFIG_HOME: config };
  const printed: string[] = [];
  const start: CliTest['start'] = (args, options = {}) => {
    const [node = '', ...program] = COMMAND;
    const child = spawn(node, [...program, ...wordsOf(args)], { cwd: folder, env: { ...env, ...options.env } });
    child.stdin.on('error', () => undefined);
    if (options.input !== undefined) child.stdin.end(options.input);
    return child;
  };
  const run: CliTest['run'] = async (args, options = {}) => {
    const outcome = await runWithin(wordsOf(args), { ...options, folder, env: { ...env, ...options.env } });
    printed.push(outcome.stdout, outcome.stderr);
    return outcome;
  };
  const login: CliTest['login'] = (profile, key, address = url) =>
    run(['login', '--profile', profile, '--url', address], { input: `${key}\n` });
  const cli: CliTest = {
    testGateway,
    url,
    dev,
    staging,
    prod,
    folder,
    profiles: join(config, 'portcullis'),
    env,
    printed,
    start,
    run,
    login,
    close: () => testGateway.close(),
  };
  for (const [name, { key }] of Object.entries({ dev, staging, prod, ops: testGateway.master })) {
    const { code, stderr } = await login(name, key);
    if (code !== 0) throw new Error(stderr);
  }
  return cli;
}

/** The JSON value on standard output. */
export const json = ({ stdout }: Outcome): unknown => JSON.parse(stdout);

/** The JSON lines on standard output. */
export const jsonLines = ({ stdout }: Outcome): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

/** The secrets of given keys that were printed although they must not be. */
export const printedKeys = ({ printed, dev, staging, prod, testGateway }: CliTest): string[] =>
  [dev, staging, prod, testGateway.master]
    .map(({ key }) => key.split('_')[3] ?? '')
    .filter((secret) => secret === '' || printed.some((text) => text.includes(secret)));
