/** Questions on the terminal, asked on standard error: standard output is for data. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CommandFailure, Interrupted, usageError } from '../failures';
import { visible } from '../output/text';

export const isInteractive = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** @throws Interrupted on Ctrl-C; CommandFailure when the input ends without an answer. */
async function ask(question: string, isHidden: boolean): Promise<string> {
  const output = isHidden ? nowhere() : process.stderr;
  if (isHidden) process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  let answer: string | null = null;
  try {
    answer = await new Promise<string>((resolve, reject) => {
      lines.once('SIGINT', () => reject(new Interrupted()));
      lines.once('close', () =>
        reject(new CommandFailure('The input ended before the question was answered: nothing was changed.')),
      );
      lines.question(isHidden ? '' : question, resolve);
    });
    return answer;
  } finally {
    lines.close();
    if (isHidden || answer === null) process.stderr.write('\n');
  }
}

/** Reads a line without showing it. */
export const askHidden = (question: string): Promise<string> => ask(question, true);

/** Reads a line. */
export const askLine = async (question: string): Promise<string> => (await ask(question, false)).trim();

/**
 * Asks once.
 * @throws CommandFailure (usage) without a terminal.
 */
export async function confirm(question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes === true) return true;
  if (!isInteractive()) throw usageError(`${question} There is no terminal for the question: pass --yes to confirm.`);
  return /^y(es)?$/i.test(await askLine(`${visible(question)} [y/N] `));
}

/** All piped input. */
export const readStandardInput = (): Promise<Buffer> => buffer(process.stdin);
