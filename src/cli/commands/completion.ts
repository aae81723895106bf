/** completion: a script for a shell, from the command tree; __complete: the command that such a script calls. */
import { Argument, type Command, type Option } from 'commander';
import { data } from '../output/print';
import { localCommand } from './command';
import { profileNames } from '../profiles';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

interface Candidate {
  readonly value: string;
  readonly description: string;
}

const NAMES_A_PROFILE = new Set(['--profile', '--from', '--to']);

const plain = (values: readonly string[]): Candidate[] => values.map((value) => ({ value, description: '' }));

/** Values of an option or argument; if there are none, the shell offers files. */
function valuesOf({ long, argChoices }: Pick<Option, 'argChoices'> & { readonly long?: string | null }): Candidate[] {
  if (argChoices) return plain(argChoices);
  return NAMES_A_PROFILE.has(long ?? '') ? plain(profileNames()) : [];
}

const visibleCommands = (command: Command): readonly Command[] => command.createHelp().visibleCommands(command);

/** Candidates for the last word; only the words before it are complete. */
function candidates(program: Command, words: readonly string[]): Candidate[] {
  const current = words.at(-1) ?? '';
  const matching = (all: readonly Candidate[]): Candidate[] => all.filter(({ value }) => value.startsWith(current));
  let command = program;
  let pending: Option | undefined;
  let operands = 0;
  for (const word of words.slice(0, -1)) {
    if (pending) pending = undefined;
    else if (word.startsWith('-')) {
      const option = command.options.find(({ long, short }) => word === long || word === short);
      if (option?.required) pending = option;
    } else {
      const child = command.commands.find((candidate) => candidate.name() === word);
      if (child) command = child;
      else operands += 1;
    }
  }
  if (pending) return matching(valuesOf(pending));
  if (current.startsWith('-')) {
    const options = command.createHelp().visibleOptions(command);
    return matching(options.map(({ long, description }) => ({ value: long ?? '', description })));
  }
  const children = visibleCommands(command).map((child) => ({ value: child.name(), description: child.description() }));
  if (children.length > 0) return matching(children);
  const argument = command.registeredArguments[operands];
  return argument ? matching(valuesOf(argument)) : [];
}

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `_portcullis() {
  local value
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    COMPREPLY+=("$value")
  done < <(portcullis __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)
}
complete -o default -F _portcullis portcullis`,
  zsh: `#compdef portcullis
_portcullis() {
  local line
  local -a described
  for line in "\${(@f)$(portcullis __complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}"; do
    [[ -n $line ]] && described+=("\${line/$'\\t'/:}")
  done
  if (( \${#described} )); then _describe portcullis described; else _files; fi
}
compdef _portcullis portcullis`,
  fish: `function __portcullis_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (portcullis __complete -- $words[2..-1] 2> /dev/null)
  if test (count $found) -gt 0
    string join \\n -- $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c portcullis -f -a '(__portcullis_complete)'`,
};

const completionScript = (shell: (typeof SHELLS)[number]): string => SCRIPTS[shell];

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
