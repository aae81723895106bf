/** What all commands share: a profile, machine-readable output, and help with examples. */
import { Command, InvalidArgumentError, Option } from 'commander';

export interface Common {
  readonly profile?: string;
  readonly json?: boolean;
}

const examplesText = (examples: readonly string[]): string =>
  ['', 'Examples:', ...examples.map((line) => `  $ portcullis ${line}`)].join('\n');

/** A command that needs no gateway; every example is a complete command line. */
export const localCommand = (name: string, description: string, examples: readonly string[]): Command =>
  new Command(name).description(description).addHelpText('after', examplesText(examples));

/** A command that uses a gateway, or the profiles that lead to one. */
export const command = (name: string, description: string, examples: readonly string[]): Command =>
  localCommand(name, description, examples)
    .option('--profile <name>', 'the profile to use; see "Credentials" in: portcullis help')
    .option('--json', 'print JSON: one value, or one value per line for lists');

/** A command that only groups others. */
export const group = (name: string, description: string, commands: readonly Command[]): Command =>
  commands.reduce(
    (parent, child) => parent.addCommand(child),
    new Command(name).description(description).helpCommand(false),
  );

export const withAccount = (target: Command): Command =>
  target.option('--account <slug>', 'the account, for a master key; an account key must belong to it');

export const withReason = (target: Command): Command =>
  target.option('--reason <text>', 'reason for the audit log; required for changes with a master key');

export const withYes = (target: Command): Command => target.option('--yes', 'do not ask for confirmation');

/** The items of an option that takes several, separated by commas. */
export const itemsOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

interface Range {
  readonly min: number;
  readonly max: number;
  /** None without one. */
  readonly default?: number;
}

/** An option for an integer; its help and its error state the range. */
export function numberOption(flags: string, description: string, { min, max, default: value }: Range): Option {
  const parse = (text: string): number => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
  return new Option(flags, `${description}, ${min} to ${max}`).argParser(parse).default(value);
}
