/** The two streams: data on standard output, everything else on standard error. */
import { once } from 'node:events';
import { paintFor, visible } from './text';

/** Writes data, waiting for a slow reader. */
export async function data(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}

export const json = (value: unknown): Promise<void> => data(JSON.stringify(value));

/** Says something to whoever sits at the terminal. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

export const warn = (text: string): void => {
  note(paintFor(process.stderr)('yellow', `Note: ${visible(text)}`));
};

type Row = readonly (string | null | undefined)[];

/** Columns aligned, with a head; null prints as a dash. */
export function table(head: readonly string[], rows: readonly Row[]): string {
  const paint = paintFor(process.stdout);
  const cells = rows.map((row) => head.map((_, column) => visible(row[column] ?? '-').replaceAll('\n', ' ')));
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [paint('bold', line(head)), ...cells.map(line)].join('\n');
}

/** A list as a table, or each item as a line of JSON. */
export async function list<Item>(
  asJson: boolean | undefined,
  items: AsyncIterable<Item> | Iterable<Item>,
  head: readonly string[],
  row: (item: Item) => Row,
): Promise<void> {
  const rows: Row[] = [];
  for await (const item of items) {
    if (asJson === true) await json(item);
    else rows.push(row(item));
  }
  if (asJson === true) return;
  await data(table(head, rows));
}
