/** The tables in the documentation, generated from the code that they describe. */
import { settings } from '../../config';
import { ERROR_TABLE } from '../../errors';

/** A Markdown table with its columns aligned, as Prettier writes it. */
export function alignedTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill = ' '): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  return [
    line(head),
    line(
      head.map(() => ''),
      '-',
    ),
    ...rows.map((cells) => line(cells)),
  ].join('\n');
}

const code = (text: string): string => `\`${text}\``;

function defaultOf(field: { safeParse(value: undefined): { success: boolean; data?: unknown } }): string {
  const { success, data } = field.safeParse(undefined);
  if (!success || data === undefined) return 'unset';
  if (Array.isArray(data)) return 'none';
  return code(typeof data === 'string' ? data : JSON.stringify(data));
}

/** Every environment setting. */
export const settingsTable = (): string =>
  alignedTable(
    ['setting', 'default', 'meaning'],
    Object.entries(settings.shape).map(([name, field]) => [code(name), defaultOf(field), field.description ?? '']),
  );

/** Every error code. */
export const errorsTable = (): string =>
  alignedTable(
    ['code', 'HTTP status', 'meaning'],
    Object.entries(ERROR_TABLE).map(([name, { status, meaning }]) => [code(name), String(status), meaning]),
  );

/**
 * A page with the part between its `<!-- name -->` and `<!-- /name -->` replaced.
 * @throws Error when the page has no such part.
 */
export function withTable(page: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no part ${start} … ${end}.`);
  return `${page.slice(0, from)}${start}\n\n${content}\n\n${page.slice(to)}`;
}
