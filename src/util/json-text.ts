/** JSON that is passed on as text: JSON stored in PostgreSQL need not be parsed to be included in an answer. */
import { randomUUID } from 'node:crypto';

/**
 * A placeholder for a JsonText while an answer is serialized. Callers never see it, so no other text can contain it.
 */
const MARK = randomUUID();
const WRITTEN_MARK = JSON.stringify(MARK);

/** The texts that were marked, in the order of the answer; null while none is written. */
let marked: string[] | null = null;

/** A JSON value as valid JSON text. `JSON.stringify` writes it as the value that it is. */
export class JsonText {
  constructor(readonly text: string) {}

  get value(): unknown {
    const value: unknown = JSON.parse(this.text);
    return value;
  }

  toJSON(): unknown {
    if (marked === null) return this.value;
    marked.push(this.text);
    return MARK;
  }
}

/** `JSON.stringify(value)`; undefined, functions and symbols become null where they cannot be omitted. */
export function wholeJson(value: unknown): string {
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' ? text : 'null';
}

/** The same, with every JsonText inserted unchanged. */
export function jsonWithTexts(value: unknown): string {
  const texts: string[] = (marked = []);
  let json: string;
  try {
    json = wholeJson(value);
  } finally {
    marked = null;
  }
  if (texts.length === 0) return json;
  const [first = '', ...parts] = json.split(WRITTEN_MARK);
  return parts.reduce((text, part, index) => text + (texts[index] ?? '') + part, first);
}
