/** Text tables: columns aligned as terminals show them, and narrowed to fit the terminal. */
import stringWidth from 'string-width';
import { visible } from './text';

/** The cells of a row; null shows as a dash. */
export type Cells = readonly (string | null | undefined)[];

const GAP = '  ';
const MIN_COLUMN_WIDTH = 8;

/** The widest columns shrink first, down to a width that is still readable. */
function fit(widths: readonly number[], total: number): number[] {
  const fitted = [...widths];
  let excess = fitted.reduce((sum, width) => sum + width, GAP.length * (fitted.length - 1)) - total;
  for (; excess > 0; excess -= 1) {
    const widest = Math.max(...fitted);
    if (widest <= MIN_COLUMN_WIDTH) break;
    fitted[fitted.lastIndexOf(widest)] = widest - 1;
  }
  return fitted;
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (stringWidth(kept + character) >= width) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * @param rows the header, then the rows below it.
 * @param width of the terminal, in columns; undefined shows everything.
 * @returns one line per row.
 */
export function formatTable(rows: readonly Cells[], width: number | undefined): string[] {
  const cells = rows.map((row) => row.map((cell) => visible(cell ?? '-').replaceAll(/[\n\t]/g, ' ')));
  const natural = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))));
  const widths = width === undefined ? natural : fit(natural, width);
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const text = cut(cell, widths[column] ?? 0);
        return text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(text)));
      })
      .join(GAP)
      .trimEnd(),
  );
}
