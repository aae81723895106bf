/** The command line manual, generated from the commands' own help. */
import type { Command } from 'commander';
import { DATABASE_COMMANDS } from '../database-commands';
import { createProgram, everyCommand } from '../program';

const WIDTH = 100;

const nameOf = (one: Command): string => (one.parent ? `${nameOf(one.parent)} ${one.name()}` : one.name());

function helpOf(one: Command): string {
  let text = '';
  one.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  one.outputHelp();
  return text.trimEnd();
}

/** One section per command, in the order of the help. */
export const manual = (): string =>
  everyCommand(createProgram(DATABASE_COMMANDS))
    .map((one) => `## ${nameOf(one)}\n\n\`\`\`text\n${helpOf(one)}\n\`\`\``)
    .join('\n\n');
