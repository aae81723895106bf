/** A plan as a version control tool would show it: row by row, field by field, long texts as unified diffs. */
import { structuredPatch } from 'diff';
import type { ChangeRowFragment, SummaryRowFragment } from '../../../schema/generated/operations';
import { visible, type Paint, type Style } from './text';

type Change = ChangeRowFragment;
type Field = Change['fields'][number];

const SIGNS: Readonly<Record<Change['action'], readonly [sign: string, style: Style]>> = {
  CREATE: ['+', 'green'],
  UPDATE: ['~', 'yellow'],
  DELETE: ['-', 'red'],
  RESTORE: ['+', 'green'],
  UNCHANGED: [' ', 'dim'],
};

const INDENT = '      ';
const CONTEXT = 3;
const MAX_LINE_CHARS = 100;

/** A value as text: text as it is, lists with one item per line, anything else as JSON; empty for null. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map((item) => textOf(item)).join('\n');
  const short = JSON.stringify(value);
  return visible(short.length <= MAX_LINE_CHARS ? short : JSON.stringify(value, null, 2));
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

const STYLES: Readonly<Record<string, Style>> = { '+': 'green', '-': 'red', '@': 'cyan' };

const paintLine = (paint: Paint, line: string): string => {
  const style = STYLES[line.charAt(0)];
  return style === undefined ? line : paint(style, line);
};

/** The final newline is part of a text, and shown when nothing else differs. */
function hunks(before: string, after: string): string[] {
  const end = before.endsWith('\n') || after.endsWith('\n') ? '' : '\n';
  const patch = structuredPatch('', '', before + end, after + end, '', '', { context: CONTEXT });
  return patch.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
}

function fieldLines(paint: Paint, { path, before, after }: Field): string[] {
  const [old, young] = [textOf(before), textOf(after)];
  const long = old.includes('\n') || young.includes('\n');
  const lines =
    long && old !== '' && young !== ''
      ? hunks(old, young)
      : [...linesOf(old).map((line) => `-${line}`), ...linesOf(young).map((line) => `+${line}`)];
  const [single] = lines;
  if (lines.length === 1 && single !== undefined)
    return [`    ${paintLine(paint, `${single.charAt(0)} ${visible(path)}: ${single.slice(1)}`)}`];
  return [`    ${visible(path)}:`, ...lines.map((line) => `${INDENT}${paintLine(paint, line)}`)];
}

function changeLines(paint: Paint, { action, resourceType, name, fields }: Change): string[] {
  const [sign, style] = SIGNS[action];
  const head = paint(style, `${sign} ${action.toLowerCase()} ${resourceType} ${visible(JSON.stringify(name))}`);
  return [head, ...fields.flatMap((field) => fieldLines(paint, field))];
}

/** @returns no lines when nothing changes. */
export function planText(paint: Paint, changes: readonly Change[]): string {
  return changes
    .filter(({ action }) => action !== 'UNCHANGED')
    .flatMap((change) => changeLines(paint, change))
    .join('\n');
}

export const summaryText = (summary: SummaryRowFragment): string =>
  `${summary.create} to create, ${summary.update} to update, ${summary.delete} to delete, ${summary.unchanged} unchanged`;

export const doneText = (summary: SummaryRowFragment): string =>
  `${summary.create} created, ${summary.update} updated, ${summary.delete} deleted, ${summary.unchanged} unchanged`;

export const changesAnything = ({ create, update, delete: gone }: SummaryRowFragment): boolean =>
  create + update + gone > 0;
