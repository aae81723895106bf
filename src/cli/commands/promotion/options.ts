/** Options that the promotion commands share. */
import type { Command } from 'commander';
import type { SessionOptions } from '../../gateway/session';
import type { Common } from '../command';

export interface ImportOptions extends Common, SessionOptions {
  readonly yes?: boolean;
  readonly prune?: boolean;
  readonly secretsFile?: string;
}

export interface Selection {
  readonly include?: string[];
  readonly names?: string[];
}

export const withSecrets = (target: Command): Command =>
  target.option(
    '--secrets-file <file>',
    'lines NAME=value for the placeholders ${secret:NAME}; PORTCULLIS_SECRET_NAME is read as well',
  );

export const withPrune = (target: Command): Command =>
  target.option('--prune', 'delete rows that are not in the bundle, in the sections that it contains in full');

export const withSelection = (target: Command): Command =>
  target
    .option('--include <section...>', 'only these sections, and the rows to which they refer')
    .option('--names <name...>', 'only rows with these names, and the rows to which they refer');
