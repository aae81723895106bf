/** Scalars whose values travel as they are stored: times as ISO 8601 text, JSON objects as objects. */
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLJSON, GraphQLJSONObject } from 'graphql-scalars';

const FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

function parseTime(value: unknown): string {
  const milliseconds = typeof value === 'string' && FORM.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(milliseconds)) {
    throw new GraphQLError(
      `A DateTime is text like "2026-11-23T17:48:33Z" (ISO 8601 with a time zone), not ${JSON.stringify(value)}.`,
    );
  }
  return new Date(milliseconds).toISOString();
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
