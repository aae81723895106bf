/** Parses callers' JSON with V8, and refuses it if parsing would change a value. */
import { badInput, type GatewayError } from '../errors';
import { inexactNumber, isExactNumber } from '../util/exact-number';
import { pathText } from '../util/path-text';

type Path = readonly (string | number)[];

/** Deeper than any field needs, and shallow enough for every recursive function. */
const MAX_LEVELS = 64;
/** Shorter numbers without an exponent are always exact. */
const MAX_EXACT_DIGITS = 15;

const BETWEEN = ' \t\r\n,:';
const AFTER_NUMBERS = ' \t\r\n,]}';
export const QUOTE = 34;
const BACKSLASH = 92;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** @returns the index of the quotation mark that closes the string starting at `start`. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  for (;;) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
}

const isNumberPart = (code: number): boolean =>
  isDigit(code) || code === 46 || code === 43 || code === 45 || code === 69 || code === 101;

/**
 * A cheap pass over valid JSON.
 * @returns the number of fields written in its objects; null if only a full inspection can tell.
 */
function countFields(text: string): number | null {
  if (text.includes('\\u') || text.includes('__proto__')) return null;
  let [fields, levels] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 58) fields += 1;
    else if (code === 123 || code === 91) levels += 1;
    else if (code === 125 || code === 93) levels -= 1;
    else if (isDigit(code)) {
      const start = at;
      while (isNumberPart(text.charCodeAt(at + 1))) at += 1;
      if (at - start >= MAX_EXACT_DIGITS || /[eE]/.test(text.slice(start, at + 1))) return null;
    }
    if (levels > MAX_LEVELS) return null;
  }
  return fields;
}

function fieldsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  // Listing the names and values of a large object is slow, so do it once.
  const values: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return values.reduce<number>((sum, inner) => sum + fieldsOf(inner), Array.isArray(value) ? 0 : values.length);
}

/** Inspects valid JSON value by value, with the path of each. */
class Inspection {
  #at = 0;

  constructor(private readonly text: string) {}

  /** @throws GatewayError BAD_USER_INPUT for the first value that parsing would change. */
  value(path: Path): void {
    this.#skip();
    const sign = this.text[this.#at];
    if (path.length > MAX_LEVELS)
      throw badInput([], `The JSON is nested more than ${MAX_LEVELS} levels deep. Send flatter JSON.`);
    if (sign === '{') this.#object(path);
    else if (sign === '[') this.#list(path);
    else if (sign === '"') this.#string(path);
    else this.#number(path);
  }

  /** Skips whitespace and separators. */
  #skip(): void {
    while (BETWEEN.includes(this.text[this.#at] ?? '-')) this.#at += 1;
  }

  /** Whether the object or list has another item; moves past its end if not. */
  #hasNext(end: string): boolean {
    this.#skip();
    if (this.text[this.#at] !== end) return true;
    this.#at += 1;
    return false;
  }

  #object(path: Path): void {
    const names = new Set<string>();
    this.#at += 1;
    while (this.#hasNext('}')) {
      const name = this.#string(path);
      const at = [...path, name];
      if (name === '__proto__') throw refuse(at, '"__proto__" is not accepted as the name of a field');
      if (names.has(name)) throw refuse(at, 'occurs twice in one object; send it once');
      names.add(name);
      this.value(at);
    }
  }

  #list(path: Path): void {
    this.#at += 1;
    for (let index = 0; this.#hasNext(']'); index += 1) this.value([...path, index]);
  }

  #string(path: Path): string {
    const end = endOfString(this.text, this.#at);
    const value = String(JSON.parse(this.text.slice(this.#at, end + 1)));
    this.#at = end + 1;
    if (/\p{Cs}/u.test(value)) throw refuse(path, 'contains an unpaired surrogate (half of a character)');
    if (value.includes('\0')) throw refuse(path, 'contains the character U+0000, which cannot be stored');
    return value;
  }

  #number(path: Path): void {
    const start = this.#at;
    while (!AFTER_NUMBERS.includes(this.text[this.#at] ?? ' ')) this.#at += 1;
    const written = this.text.slice(start, this.#at);
    if (/\d/.test(written) && !isExactNumber(written)) throw refuse(path, inexactNumber(written));
  }
}

const refuse = (path: Path, problem: string): GatewayError =>
  badInput(path, `${path.length === 0 ? 'The value' : pathText(path)} ${problem}.`);

/**
 * @param root the start of the path in errors.
 * @throws GatewayError BAD_USER_INPUT with the path of a value that parsing would change.
 * @throws SyntaxError for invalid JSON.
 */
export function parseJson(text: string, root: Path = []): unknown {
  const value: unknown = JSON.parse(text);
  const fields = countFields(text);
  if (fields === null || fields !== fieldsOf(value)) new Inspection(text).value(root);
  return value;
}
