/** Parsers of PostgreSQL values: times stay text, big integers become numbers, the rest is left to node-postgres. */
import { types } from 'pg';
import { isExactNumber } from '../../util/exact-number';
import { JsonText } from '../../util/json-text';

/** Reads one value from PostgreSQL's text format. @throws Error for text it cannot read; it never guesses. */
export type Parser = (text: string) => unknown;

const TIMESTAMPTZ = 1184;
const INT8 = 20;
const JSONB = 3802;

/** A time in the years 1 to 9999 in DateStyle ISO; an offset may have minutes. */
const WITH_OFFSET = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d(?::\d\d)?$/;

const DASH = 45;
const SPACE = 32;
const COLON = 58;

/**
 * Distinguishes it from every other notation of PostgreSQL; a regular expression would cost as much as everything else.
 */
const isUtc = (text: string): boolean =>
  text.charCodeAt(4) === DASH &&
  text.charCodeAt(7) === DASH &&
  text.charCodeAt(10) === SPACE &&
  text.charCodeAt(13) === COLON &&
  text.charCodeAt(16) === COLON &&
  text.endsWith('+00');

/**
 * `2026-11-23 17:48:33.12+00` -> `2026-11-23T17:48:33.120Z`, without a Date in between when the offset is zero.
 * @throws RangeError for infinity, years before 1 or after 9999, and notations of another DateStyle.
 */
function isoTimestamp(text: string): string {
  if (isUtc(text))
    return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`;
  if (WITH_OFFSET.test(text)) return new Date(/[+-]\d\d$/.test(text) ? `${text}:00` : text).toISOString();
  throw new RangeError('This is not a time of the years 1 to 9999 in DateStyle ISO');
}

/** @throws RangeError for an integer that a JavaScript number would round. */
function exactInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('This integer is larger than a number can hold exactly');
  return value;
}

/** PostgreSQL writes a number in jsonb with all of its digits; a shorter one is exact. */
const LONG_NUMBER_CHARS = 16;
const LONG_NUMBER = /[\d.]{16}/;

const isNumberPart = (code: number): boolean => (code >= 48 && code <= 57) || code === 46;

/** Checking every 16th character is enough, because a long number contains at least one of them. */
function mayHoldLongNumber(text: string): boolean {
  for (let at = LONG_NUMBER_CHARS - 1; at < text.length; at += LONG_NUMBER_CHARS)
    if (isNumberPart(text.charCodeAt(at))) return LONG_NUMBER.test(text);
  return false;
}

const TEXTS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d[\d.]*/g;

/** @throws RangeError for a number that a JavaScript number would change. */
function requireExact(text: string): string {
  if (mayHoldLongNumber(text))
    for (const [part] of text.matchAll(TEXTS_AND_NUMBERS))
      if (!part.startsWith('"') && !isExactNumber(part))
        throw new RangeError('This JSON holds a number that a JavaScript number cannot hold exactly');
  return text;
}

const exactJson: Parser = (text) => JSON.parse(requireExact(text));

/** JSON for an answer: clients in JavaScript would change the numbers that `exactJson` refuses. */
export const jsonText: Parser = (text) => new JsonText(requireExact(text));

/** PostgreSQL's OIDs of the types that our tables use. */
const OIDS: Readonly<Record<string, number>> = {
  boolean: 16,
  bytea: 17,
  bigint: INT8,
  text: 25,
  json: 114,
  timestamptz: TIMESTAMPTZ,
  uuid: 2950,
  jsonb: JSONB,
};

/** Null for types that are not checked. */
export const oidOf = (type: string): number | null => OIDS[type] ?? null;

/** For a column whose type is not the expected one. @throws TypeError */
export const refuseType: Parser = () => {
  throw new TypeError('The column is not of the type that the gateway knows: somebody changed the table');
};

export function parserOf(oid: number): Parser {
  if (oid === TIMESTAMPTZ) return isoTimestamp;
  if (oid === INT8) return exactInteger;
  if (oid === JSONB) return exactJson;
  return types.getTypeParser(oid, 'text') as Parser;
}

/** The same for node-postgres' own queries. */
export const parsers = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown =>
    format === 'binary' ? types.getTypeParser(oid, 'binary') : parserOf(oid)) as typeof types.getTypeParser,
};
