/** Scalars whose values travel as they are stored: times as ISO 8601 text, JSON objects as objects. */
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLJSON, GraphQLJSONObject } from 'graphql-scalars';

const FORM = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** What is printed with a sign or as the year 0 is beyond what the database can keep. */
const KEPT = /^(?!0000)\d{4}-/;

/** @returns ISO 8601 in UTC; null for what is no time. JavaScript would take February 30th for March 2nd. */
function timeOf(value: unknown): string | null {
  const [text, day] = (typeof value === 'string' && FORM.exec(value)) || [];
  const times = [text, day].map((one) => Date.parse(one ?? ''));
  if (text === undefined || times.some(Number.isNaN)) return null;
  const [time, midnight] = times.map((one) => new Date(one).toISOString());
  return time !== undefined && KEPT.test(time) && midnight?.slice(0, 10) === day ? time : null;
}

function parseTime(value: unknown): string {
  const time = timeOf(value);
  if (time !== null) return time;
  throw new GraphQLError(
    `A DateTime is text like "2026-11-23T17:48:33Z" (ISO 8601 with a time zone, years 1 to 9999), not ${JSON.stringify(value)}.`,
  );
}

/** ISO 8601 (RFC 3339) with a time zone; answers are in UTC with milliseconds. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description:
    'A time as ISO 8601 text with a time zone, for example `2026-11-23T17:48:33.120Z`; answers are in UTC with milliseconds.',
  specifiedByURL: 'https://datatracker.ietf.org/doc/html/rfc3339#section-5.6',
  serialize: (value) =>
    typeof value === 'string' ? value : parseTime(value instanceof Date ? value.toISOString() : value),
  parseValue: parseTime,
  parseLiteral: (node) => parseTime(node.kind === Kind.STRING ? node.value : null),
});

export const JsonObject = GraphQLJSONObject;
export const Json = GraphQLJSON;
