/** Bundles as text: the same bytes for the same contents, read alike by parsers of YAML 1.1 and 1.2. */
import { giveWay } from '../../util/slices';
import { Document, Scalar, visit, type ScalarTag, type Tags } from 'yaml';

/** Control characters other than the tab and the line feed. */
const CONTROL = /(?![\t\n])\p{Cc}/u;
/** Characters that the printer leaves alone although parsers of YAML 1.1 refuse them, or people cannot see them. */
const ESCAPED = /[\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/g;

/**
 * What YAML 1.1 or 1.2 would not read as text without quotes: null, booleans, `<<`, `=`, and anything that starts like
 * a number, a time or a date.
 */
const NOT_TEXT = /^(?:~|null|true|false|yes|no|on|off|y|n|<<|=|[-+]?\.(?:inf|nan|\d.*)|[-+]?\d.*)$/i;

/** YAML 1.1 reads a number with an exponent as text unless it has a point. */
const exponent: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number' && /^-?\de/.test(String(value)),
  test: /^-?\d\.0e[-+]\d+$/,
  resolve: Number,
  stringify: ({ value }) => String(value).replace('e', '.0e'),
};

function styleOf(text: string, isKey: boolean): Scalar.Type | undefined {
  if (CONTROL.test(text) || text.search(ESCAPED) >= 0 || /^\s+$/.test(text)) return Scalar.QUOTE_DOUBLE;
  if (text.includes('\n')) return isKey ? Scalar.QUOTE_DOUBLE : Scalar.BLOCK_LITERAL;
  return NOT_TEXT.test(text) ? Scalar.QUOTE_DOUBLE : undefined;
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** No folding, multi-line text as blocks, everything in the given order. */
export function printYaml(value: unknown): string {
  const customTags = (tags: Tags): Tags => [exponent, ...tags];
  const document = new Document(value, { aliasDuplicateObjects: false, version: '1.2', schema: 'core', customTags });
  visit(document, {
    Scalar(key, node) {
      const style = typeof node.value === 'string' ? styleOf(node.value, key === 'key') : undefined;
      if (style !== undefined) node.type = style;
    },
  });
  const text = document.toString({
    lineWidth: 0,
    minContentWidth: 0,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  });
  // Only allowed in double quotes.
  return text.replace(ESCAPED, escaped);
}

const ENTRIES_AT_ONCE = 10;

/**
 * The same as `printYaml({ ...header, ...lists })` for non-empty lists, in slices.
 * @returns null once it exceeds the given number of bytes.
 */
export async function printLists(
  header: Readonly<Record<string, unknown>>,
  lists: Readonly<Record<string, readonly unknown[]>>,
  maxBytes: number,
): Promise<string | null> {
  const parts = [printYaml(header)];
  let bytes = 0;
  for (const [name, entries] of Object.entries(lists)) {
    parts.push(`${name}:\n`);
    for (let start = 0; start < entries.length; start += ENTRIES_AT_ONCE) {
      await giveWay();
      const text = printYaml({ [name]: entries.slice(start, start + ENTRIES_AT_ONCE) });
      bytes += Buffer.byteLength(text);
      if (bytes > maxBytes) return null;
      parts.push(text.slice(text.indexOf('\n') + 1));
    }
  }
  return parts.join('');
}
