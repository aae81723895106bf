/** Scalars whose values travel as they are stored: times as ISO 8601 text, JSON objects as objects. */
import {
  GraphQLError,
  GraphQLScalarType,
  Kind,
  type ObjectFieldNode,
  type ValueNode,
  type VariableNode,
} from 'graphql';
import { badInput, type GatewayError } from '../errors';
import { inexactNumber, isExactNumber } from '../util/exact-number';
import { pathText } from '../util/path-text';

const FORM = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** What is printed with a sign or as the year 0 is beyond what the database can keep. */
const KEPT = /^(?!0000)\d{4}-/;

/** @returns ISO 8601 in UTC; null for what is no time. JavaScript would take February 30th for March 2nd. */
function timeOf(value: unknown): string | null {
  const [text, day] = (typeof value === 'string' && FORM.exec(value)) || [];
  const times = [text, day].map((part) => Date.parse(part ?? ''));
  if (text === undefined || times.some(Number.isNaN)) return null;
  const [time, midnight] = times.map((milliseconds) => new Date(milliseconds).toISOString());
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

type Variables = Readonly<Record<string, unknown>> | null | undefined;
type Path = readonly (string | number)[];

const refuse = (path: Path, problem: string): GatewayError =>
  badInput(path, `${path.length === 0 ? 'A JSON value' : `In a JSON value, ${pathText(path)}`} ${problem}.`);

/**
 * A literal as JSON.
 * @param variables null while the document is validated, when their values are not known.
 * @throws GatewayError BAD_USER_INPUT for what JSON does not have, and for what would not be kept as it is written.
 */
function jsonOf(node: ValueNode, variables: Variables, path: Path): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.NULL:
      return null;
    case Kind.INT:
    case Kind.FLOAT:
      if (!isExactNumber(node.value)) throw refuse(path, inexactNumber(node.value));
      return Number(node.value);
    case Kind.ENUM:
      throw refuse(path, `is the enum value ${node.value}, which JSON does not have; write "${node.value}"`);
    case Kind.VARIABLE:
      return variableOf(node, variables, path);
    case Kind.LIST:
      return node.values.map((value, index) => jsonOf(value, variables, [...path, index]));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, fieldOf(field, variables, path)]));
  }
}

function fieldOf({ name, value }: ObjectFieldNode, variables: Variables, path: Path): unknown {
  const at = [...path, name.value];
  if (name.value === '__proto__') throw refuse(at, 'has a name that is not accepted for a field');
  return jsonOf(value, variables, at);
}

function variableOf(node: VariableNode, variables: Variables, path: Path): unknown {
  const name = node.name.value;
  if (!variables) return null;
  if (variables[name] === undefined) throw refuse(path, `is the variable $${name}, which has no value; give it one`);
  return variables[name];
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws GraphQLError */
function requireObject<Value>(value: Value): Value {
  if (isObject(value)) return value;
  throw new GraphQLError('A JSONObject is an object, for example {"a": 1}.');
}

/** ECMA-404. Values of variables were parsed with the body, which refuses what would not be kept as it is written. */
export const Json = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value. Numbers are kept exactly or refused: send longer ones as text.',
  specifiedByURL: 'https://ecma-international.org/publications-and-standards/standards/ecma-404/',
  parseValue: (value) => value,
  parseLiteral: (node, variables) => jsonOf(node, variables, []),
});

export const JsonObject = new GraphQLScalarType({
  name: 'JSONObject',
  description: 'A JSON object. Numbers are kept exactly or refused: send longer ones as text.',
  specifiedByURL: 'https://ecma-international.org/publications-and-standards/standards/ecma-404/',
  parseValue: (value) => requireObject(value),
  parseLiteral: (node, variables) => requireObject(jsonOf(node, variables, [])),
});
