/** Explains why a text is not valid YAML. */
import type { ErrorCode } from 'yaml';

interface YamlFault {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Characters with a special meaning at the beginning of a value. */
const SIGN_FIRST = /(?:^|:|-|[[{,])\s+([*&!@%`][^\n]*?)\s*$/;

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  BAD_DQ_ESCAPE:
    'a backslash in a text in double quotes begins an escape that YAML does not have; write \\\\, or use single quotes',
  BAD_INDENT: 'a bracket is not closed, or what is inside it is not indented far enough',
  BAD_PROP_ORDER: 'an anchor or a tag is in the wrong place',
  BLOCK_AS_IMPLICIT_KEY: 'there is a second ": " in one line; put a value that contains ": " in quotes',
  BLOCK_IN_FLOW: 'a comma is missing between two fields, or lines with "-" are within brackets',
  KEY_OVER_1024_CHARS: 'the name of a field has more than 1,024 characters',
  MULTILINE_IMPLICIT_KEY: 'the name of a field must be on one line, followed by ": "',
  MULTIPLE_DOCS: 'a bundle is one document only; remove the line "---" and what does not belong to the bundle',
  NON_STRING_KEY: 'the name of a field must be text',
  TAB_AS_INDENT: 'the line is indented with a tab; YAML requires spaces',
  UNEXPECTED_TOKEN: 'there is something after the end of a value; put the whole value in quotes',
};

function missing(message: string): string {
  const [, quote] = /closing (["'])/.exec(message) ?? [];
  if (quote !== undefined) return `the quotation mark ${quote} is not closed`;
  const [, bracket] = /end with a ([\]}])/.exec(message) ?? [];
  if (bracket !== undefined) return `a closing ${bracket} is missing`;
  return message.startsWith('Sequence item')
    ? 'the line is not indented like those around it'
    : 'a ":" followed by a space is missing after the name of a field';
}

/** @param line the line of the error. */
export function explainYaml({ code, message }: YamlFault, line: string): string {
  if (/\{\{|\{%/.test(line)) return '{{ … }} and {% … %} must be filled in first; a bundle is not a template';
  if (/^(?:<{7}|={7}|>{7})/.test(line)) return 'this is a conflict marker of Git; merge the file first';
  const [, value] = SIGN_FIRST.exec(line) ?? [];
  if (value !== undefined)
    return `a value that begins with ${value.slice(0, 1)} must be in quotes: ${JSON.stringify(value)}`;
  if (code === 'MISSING_CHAR') return missing(message);
  return SENTENCES[code] ?? 'this line cannot be read';
}
