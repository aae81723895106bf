/** What all commands have in common: a profile, machine output, and help with examples. */
import { Command } from 'commander';

export interface Common {
  readonly profile?: string;
  readonly json?: boolean;
}

/** A leaf of the command tree; every example is a whole command line. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--profile <name>', 'which profile to work as; PORTCULLIS_PROFILE or "default" when absent')
    .option('--json', 'print JSON for machines: one value, or for lists one value a line')
    .addHelpText('after', ['', 'Examples:', ...examples.map((line) => `  $ portcullis ${line}`)].join('\n'));
}

/** A command that only holds others. */
export const group = (name: string, description: string, commands: readonly Command[]): Command =>
  commands.reduce((whole, one) => whole.addCommand(one), new Command(name).description(description).helpCommand(false));

export const withAccount = (one: Command): Command =>
  one.option('--account <slug>', 'which account, with a master key; with an account key it is checked');

export const withReason = (one: Command): Command =>
  one.option('--reason <text>', 'why, for the record; a master key writes only with a reason');

export const withYes = (one: Command): Command => one.option('--yes', 'do not ask, do it');
