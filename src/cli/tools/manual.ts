/** The command line manual, generated from the commands' own help. */
import type { Command } from 'commander';
import { DATABASE_COMMANDS } from '../database-commands';
import { createProgram, everyCommand } from '../program';

const WIDTH = 100;

const nameOf = (command: Command): string =>
  command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
}

/** One section per command, in the order of the help. */
export const manual = (): string =>
  everyCommand(createProgram(DATABASE_COMMANDS))
    .map((command) => `## ${nameOf(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``)
    .join('\n\n');
