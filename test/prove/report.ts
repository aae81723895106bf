/** What a proof found, as text for people and as JSON for programs. */
import { KINDS } from './coverage';
import type { ProofOptions, ProofResult } from './proof';

export interface Report extends ProofOptions, ProofResult {
  readonly transport: string;
  readonly seconds: number;
}

/** Nothing differed, and no place of the schema was left out. */
export const holds = ({ coverage, difference }: ProofResult): boolean =>
  difference === null && KINDS.every((kind) => coverage[kind].missing.length === 0);

const shown = (value: unknown): string => JSON.stringify(value, null, 2);

/** Characters shown before and behind the first one that differs. */
const AROUND = 200;

/** Where two texts begin to differ, from either of them. */
function excerpts(one: string, other: string): [string, string] {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const cut = (text: string): string => text.slice(Math.max(0, at - AROUND), at + AROUND);
  return [cut(one), cut(other)];
}

export function asText(report: Report): string {
  const { coverage, difference, sent } = report;
  const lines = [
    `Isolation proof over ${report.transport}: ${sent.queries} queries and ${sent.mutations} mutations (${sent.asMaster} by a master key acting for the account), each in two worlds; seed ${report.seed}; ${report.seconds} s.`,
    ...KINDS.map((kind) => {
      const { reached, total, missing } = coverage[kind];
      const left = missing.length === 0 ? '' : `; not reached: ${missing.join(', ')}`;
      return `  ${kind.padEnd(12)} ${String(reached).padStart(5)} of ${total}${left}`;
    }),
  ];
  if (difference === null) {
    lines.push(`No difference in any answer, its headers or the stored rows (${sent.withErrors} answers with errors).`);
  } else {
    const [alone, crowded] = excerpts(JSON.stringify(difference.alone), JSON.stringify(difference.crowded));
    lines.push(
      `${difference.what}, for the ${difference.caller}, with the smallest operation found:`,
      shown(difference.request),
      'Where the answer without a neighbour begins to differ from the one with a neighbour (whole in --json):',
      alone,
      crowded,
    );
  }
  return `${lines.join('\n')}\n`;
}
