/** Types of dockerfile.js. */
import type { ChildProcess, StdioOptions } from 'node:child_process';

export const PROJECT: string;

type Run = (command: string, folder: string, environment: Readonly<Record<string, string>>) => void;

interface Stage {
  readonly image: string;
  readonly root: string;
  readonly folder: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

export const runInShell: Run;
export function build(folder: string, options?: { readonly dockerfile?: string; readonly run?: Run }): Stage;
export function start(
  stage: Stage,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  stdio: StdioOptions,
): ChildProcess;
