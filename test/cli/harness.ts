/** The command line against a gateway that listens, with a home of its own: within this process, or in one of its own. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayParts } from '../../src/gateway';
import { runWithin } from './within';
import { startTestGateway, type TestGateway, type Tenant } from '../harness/gateway';

const PROGRAM = join(__dirname, '../../src/cli/main.ts');
const TYPESCRIPT = join(__dirname, '../harness/typescript.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What is piped in; at a terminal, a line for each question. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** All three streams are those of a terminal. */
  readonly terminal?: boolean;
}

export interface Desk {
  readonly testGateway: TestGateway;
  readonly url: string;
  readonly dev: Tenant;
  readonly staging: Tenant;
  readonly prod: Tenant;
  /** Where commands run. */
  readonly folder: string;
  /** Where profiles are kept. */
  readonly profiles: string;
  /** The environment of a command. */
  readonly env: NodeJS.ProcessEnv;
  /** In a process of its own. */
  start(args: readonly string[], options?: RunOptions): ChildProcessWithoutNullStreams;
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Saves a key as a profile, with the command for it. */
  login(profile: string, key: string, url?: string): Promise<Outcome>;
  close(): Promise<void>;
}

/** The command line of the program, for shells. */
export const COMMAND = [process.execPath, '--require', TYPESCRIPT, PROGRAM];

/** Collects what a process says until it ends. */
export function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

/** A gateway with the accounts dev, staging and prod, a profile of each, and one of the master, ops. */
export async function openDesk(settings: Partial<GatewayParts['settings']> = {}): Promise<Desk> {
  const testGateway = await startTestGateway({ settings });
  const [dev, staging, prod] = [
    await testGateway.createAccount('acme-dev'),
    await testGateway.createAccount('acme-staging'),
    await testGateway.createAccount('acme-prod'),
  ];
  const url = await testGateway.gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-cli-'));
  const config = join(folder, 'config');
  mkdirSync(config);
  const { PORTCULLIS_PROFILE: _profile, FORCE_COLOR: _colour, ...inherited } = process.env;
  const env = { ...inherited, XDG_CONFIG_HOME: config };
  const start: Desk['start'] = (args, options = {}) => {
    const [node = '', ...program] = COMMAND;
    const child = spawn(node, [...program, ...args], { cwd: folder, env: { ...env, ...options.env } });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    return child;
  };
  const run: Desk['run'] = (args, options = {}) =>
    runWithin(args, { ...options, folder, env: { ...env, ...options.env } });
  const login: Desk['login'] = (profile, key, address = url) =>
    run(['login', '--profile', profile, '--url', address], { input: `${key}\n` });
  const desk: Desk = {
    testGateway,
    url,
    dev,
    staging,
    prod,
    folder,
    profiles: join(config, 'portcullis'),
    env,
    start,
    run,
    login,
    close: async () => {
      await testGateway.close();
      rmSync(folder, { recursive: true });
    },
  };
  for (const [name, { key }] of Object.entries({ dev, staging, prod, ops: testGateway.master })) {
    const { code, stderr } = await login(name, key);
    if (code !== 0) throw new Error(stderr);
  }
  return desk;
}
