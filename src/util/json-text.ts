/** JSON that is passed on as text: what PostgreSQL has stored need not be parsed to be written into an answer. */

/** A JSON value as valid JSON text. `JSON.stringify` writes it as the value that it is. */
export class JsonText {
  constructor(readonly text: string) {}

  get value(): unknown {
    const value: unknown = JSON.parse(this.text);
    return value;
  }

  toJSON(): unknown {
    return this.value;
  }
}

/** The method by which an object writes itself as JSON; no response key can collide with it. */
export const WRITE_JSON: unique symbol = Symbol('write JSON');

interface WritesJson {
  [WRITE_JSON](): string;
}

const writesItself = (value: object): value is WritesJson => WRITE_JSON in value;

/** What JSON may escape: all but what never needs it, so also quotes, backslashes, control characters and surrogates. */
const ESCAPED = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

const textOf = (value: string): string => (ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`);

/** `JSON.stringify(value)`. Undefined, functions and symbols become null where they cannot be left out. */
export function wholeJson(value: unknown): string {
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' ? text : 'null';
}

/** `JSON.stringify(value)`, faster for objects that write themselves; `null` for what JSON cannot represent. */
export function jsonOf(value: unknown): string {
  if (typeof value === 'string') return textOf(value);
  if (typeof value !== 'object' || value === null) return wholeJson(value);
  if (value instanceof JsonText) return value.text;
  if (Array.isArray(value)) return listJson(value);
  return writesItself(value) ? value[WRITE_JSON]() : wholeJson(value);
}

const isWritten = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (value instanceof JsonText || writesItself(value));

function listJson(values: readonly unknown[]): string {
  if (!values.some(isWritten)) return wholeJson(values);
  let text = '';
  for (const value of values) text += (text === '' ? '[' : ',') + jsonOf(value);
  return `${text}]`;
}

/** The same for an object with a few fields, some of whose values write themselves. */
export function fieldsJson(value: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${fields.map(([name, inner]) => `${textOf(name)}:${jsonOf(inner)}`).join()}}`;
}
