/** help and version: the help of any command, and the installed version. */
import type { Command } from 'commander';
import { version } from '../../../package.json';
import { usageError } from '../failures';
import { data } from '../output/print';
import { localCommand } from './command';

function findCommand(program: Command, names: readonly string[]): Command {
  return names.reduce((parent, name) => {
    const child = parent.commands.find((candidate) => candidate.name() === name);
    if (!child) throw usageError(`There is no command "${names.join(' ')}". List the commands with: portcullis help`);
    return child;
  }, program);
}

export const helpCommand = localCommand('help', 'Show the help of a command.', ['help', 'help audit tail'])
  .argument('[command...]', 'the command; default: all')
  .action((names: string[], _options: unknown, { parent }: Command) => {
    if (parent) findCommand(parent, names).outputHelp();
  });

export const versionCommand = localCommand('version', 'Print the version of this program.', ['version']).action(() =>
  data(version),
);
