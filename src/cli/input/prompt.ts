/** Questions to whoever sits at the terminal; they are asked on standard error. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { misuse } from '../failures';

export const isInteractive = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

async function ask(question: string, echo: boolean): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: echo ? process.stderr : nowhere, terminal: true });
  // readline takes Ctrl-C for itself.
  lines.once('SIGINT', () => {
    lines.close();
    process.kill(process.pid, 'SIGINT');
  });
  try {
    return await lines.question(echo ? question : '');
  } finally {
    lines.close();
    if (!echo) process.stderr.write('\n');
  }
}

/** Reads a line without showing it. */
export const askHidden = (question: string): Promise<string> => ask(question, false);

/**
 * Asks once.
 * @throws CommandFailure (usage) when nobody can be asked.
 */
export async function confirm(question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes === true) return true;
  if (!isInteractive()) throw misuse(`${question} There is no terminal to ask on: pass --yes if you agree.`);
  const answer = await ask(`${question} [y/N] `, true);
  return /^y(es)?$/i.test(answer.trim());
}

/** Everything that is piped in. */
export async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks);
}
