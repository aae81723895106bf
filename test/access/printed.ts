/** Reads the tables of docs/permissions.md as printed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The rows of a generated table without its head, as cells without backticks. */
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

/** The page's text for a field that requires no permission. */
const NO_PERMISSION = new Set(['nothing', 'every key', 'master keys', 'everybody, without a key']);

/** @param types the types that `*` stands for. */
export const permissionsIn = (cell: string, types: readonly string[]): string[] =>
  NO_PERMISSION.has(cell)
    ? []
    : cell.split(', ').flatMap((permission) => {
        const [type = '', verb = ''] = permission.split(':');
        return (type === '*' ? types : [type]).map((each) => `${each}:${verb}`);
      });
