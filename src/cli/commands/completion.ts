/** completion: a script for a shell; __complete: the command that such a script calls. */
import { Argument, type Command } from 'commander';
import { candidates, completionScript, SHELLS } from '../completion';
import { data } from '../output/print';
import { localCommand } from './command';

export const completionCommand = localCommand('completion', 'Print a script that completes commands in a shell.', [
  'completion bash > ~/.local/share/bash-completion/completions/portcullis',
  'completion zsh > "${fpath[1]}/_portcullis"',
  'completion fish > ~/.config/fish/completions/portcullis.fish',
])
  .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
  .action((shell: (typeof SHELLS)[number]) => data(completionScript(shell)));

export const completeCommand = localCommand('__complete', 'Print the completions of some words.', [])
  .argument('[words...]')
  .action(async (words: string[], _options: unknown, { parent }: Command) => {
    if (!parent) return;
    for (const { value, description } of candidates(parent, words)) await data(`${value}\t${description}`);
  });
