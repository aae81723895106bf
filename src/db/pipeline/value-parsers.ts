/** How values leave PostgreSQL: timestamps stay text, big integers become numbers, the rest is node-postgres' own. */
import { types } from 'pg';

/** Reads one value from PostgreSQL's text form. */
export type Parser = (text: string) => unknown;

const TIMESTAMPTZ = 1184;
const INT8 = 20;

/** `2026-11-23 17:48:33.12+00` -> `2026-11-23T17:48:33.120Z`, without a Date in between when the offset is zero. */
export function isoTimestamp(text: string): string {
  if (!text.endsWith('+00')) return new Date(text).toISOString();
  const seconds = `${text.slice(0, 10)}T${text.slice(11, 19)}`;
  return `${seconds}.${text.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`;
}

export function parserOf(oid: number): Parser {
  if (oid === TIMESTAMPTZ) return isoTimestamp;
  if (oid === INT8) return Number;
  return types.getTypeParser(oid, 'text') as Parser;
}

/** The same for node-postgres' own queries. */
export const parsers = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown =>
    format === 'binary' ? types.getTypeParser(oid, 'binary') : parserOf(oid)) as typeof types.getTypeParser,
};
