/** The tables of docs/permissions.md, read as they are printed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The rows of a generated part without its head, as cells without backticks. */
export function printedRows(part: 'operations' | 'nested'): string[][] {
  const page = readFileSync(join(__dirname, '../../docs/permissions.md'), 'utf8');
  const [, table = ''] = page.split(new RegExp(`<!-- /?${part} -->`));
  return [...table.matchAll(/^\| (`.*) \|$/gm)].map(([, line = '']) =>
    line
      .replaceAll('`', '')
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** What the page says of a field that no permission decides about. */
const NO_PERMISSION = new Set(['nothing', 'every key', 'master keys', 'everybody, without a key']);

/** @param types those that `*` stands for. */
export const permissionsIn = (cell: string, types: readonly string[]): string[] =>
  NO_PERMISSION.has(cell)
    ? []
    : cell.split(', ').flatMap((permission) => {
        const [type = '', verb = ''] = permission.split(':');
        return (type === '*' ? types : [type]).map((each) => `${each}:${verb}`);
      });
