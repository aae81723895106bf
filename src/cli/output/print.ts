/** The two streams: data on standard output, everything else on standard error. */
import { once } from 'node:events';
import { formatTable, type Cells } from './table';
import { paintFor, visible } from './text';

export type { Cells } from './table';

/** Writes data, waiting for a slow reader. */
export async function data(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}

export const json = (value: unknown): Promise<void> => data(JSON.stringify(value));

/** Prints a message for the user at the terminal. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

export const warn = (text: string): void => {
  note(paintFor(process.stderr)('yellow', `Note: ${visible(text)}`));
};

/** On a terminal a table is as wide as the terminal, elsewhere as wide as its cells. */
export function table(head: readonly string[], rows: readonly Cells[]): string {
  const { isTTY, columns } = process.stdout;
  const [first = '', ...lines] = formatTable([head, ...rows], isTTY ? columns : undefined);
  return [paintFor(process.stdout)('bold', first), ...lines].join('\n');
}

/** A list as a table, or one line of JSON per item. */
export async function list<Item>(
  asJson: boolean | undefined,
  items: AsyncIterable<Item> | Iterable<Item>,
  head: readonly string[],
  cells: (item: Item) => Cells,
): Promise<void> {
  const rows: Cells[] = [];
  for await (const item of items) {
    if (asJson === true) await json(item);
    else rows.push(cells(item));
  }
  if (asJson === true) return;
  await data(table(head, rows));
}
