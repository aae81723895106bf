/** Scalars whose values are sent as stored: times as ISO 8601 text, JSON objects as objects. */
import {
  GraphQLError,
  GraphQLScalarType,
  Kind,
  print,
  type ObjectFieldNode,
  type ValueNode,
  type VariableNode,
} from 'graphql';
import { inexactNumber, isExactNumber } from '../util/exact-number';
import { isRecord } from '../util/json-values';
import { IS_JSON, KEEPS_TEXT } from './executor/operation-plan';
import { InvalidLiteral } from './invalid-literal';

const FORM = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Years with a sign, and the year 0, are outside the range the database can store. */
const KEPT = /^(?!0000)\d{4}-/;

/** @returns ISO 8601 in UTC; null for an invalid time. JavaScript would read February 30th as March 2nd. */
function timeOf(value: unknown): string | null {
  const [text, day] = (typeof value === 'string' && FORM.exec(value)) || [];
  const times = [text, day].map((part) => Date.parse(part ?? ''));
  if (text === undefined || times.some(Number.isNaN)) return null;
  const [time, midnight] = times.map((milliseconds) => new Date(milliseconds).toISOString());
  return time !== undefined && KEPT.test(time) && midnight?.slice(0, 10) === day ? time : null;
}

const TEXT_OF_TIME = 'text like "2026-11-23T17:48:33Z" (ISO 8601 with a time zone, years 1 to 9999)';

function parseTime(value: unknown): string {
  const time = timeOf(value);
  if (time !== null) return time;
  throw new GraphQLError(`A DateTime is ${TEXT_OF_TIME}, not ${JSON.stringify(value)}.`);
}

function timeOfLiteral(node: ValueNode): string {
  const time = timeOf(node.kind === Kind.STRING ? node.value : null);
  if (time !== null) return time;
  throw new InvalidLiteral(node, `must be a DateTime, ${TEXT_OF_TIME}, not ${print(node)}`);
}

/** ISO 8601 (RFC 3339) with a time zone; answers are in UTC with milliseconds. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description:
    'A time as ISO 8601 text with a time zone, for example `2026-11-23T17:48:33.120Z`; answers are in UTC with milliseconds.',
  specifiedByURL: 'https://datatracker.ietf.org/doc/html/rfc3339#section-5.6',
  extensions: { [KEEPS_TEXT]: true },
  serialize: (value) =>
    typeof value === 'string' ? value : parseTime(value instanceof Date ? value.toISOString() : value),
  parseValue: parseTime,
  parseLiteral: timeOfLiteral,
});

type Variables = Readonly<Record<string, unknown>> | null | undefined;

/**
 * Converts a literal to JSON.
 * @param variables null during validation, when their values are unknown.
 * @throws InvalidLiteral for values that JSON cannot represent or that would be changed.
 */
function jsonOf(node: ValueNode, variables: Variables): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.NULL:
      return null;
    case Kind.INT:
    case Kind.FLOAT:
      if (!isExactNumber(node.value)) throw new InvalidLiteral(node, inexactNumber(node.value));
      return Number(node.value);
    case Kind.ENUM:
      throw new InvalidLiteral(
        node,
        `is the enum value ${node.value}, which JSON does not have; write "${node.value}"`,
      );
    case Kind.VARIABLE:
      return variableOf(node, variables);
    case Kind.LIST:
      return node.values.map((value) => jsonOf(value, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, fieldOf(field, variables)]));
  }
}

function fieldOf(field: ObjectFieldNode, variables: Variables): unknown {
  if (field.name.value === '__proto__') throw new InvalidLiteral(field, 'has a name that is not accepted for a field');
  return jsonOf(field.value, variables);
}

function variableOf(node: VariableNode, variables: Variables): unknown {
  const name = node.name.value;
  if (!variables) return null;
  if (variables[name] === undefined)
    throw new InvalidLiteral(node, `is the variable $${name}, which has no value; give it one`);
  return variables[name];
}

const NO_OBJECT = 'an object, for example {"a": 1}';

/** @throws GraphQLError */
function requireObject<Value>(value: Value): Value {
  if (isRecord(value)) return value;
  throw new GraphQLError(`A JSONObject is ${NO_OBJECT}.`);
}

/** @throws InvalidLiteral */
function objectOf(node: ValueNode, variables: Variables): unknown {
  const value = jsonOf(node, variables);
  // A variable's value is not known yet, but it has the variable's type.
  if (!isRecord(value) && node.kind !== Kind.VARIABLE) throw new InvalidLiteral(node, `must be ${NO_OBJECT}`);
  return value;
}

/** ECMA-404. Values of variables were parsed with the body, which refuses anything that parsing would change. */
export const Json = new GraphQLScalarType({
  name: 'JSON',
  description: 'Any JSON value. Numbers are kept exactly or refused: send longer ones as text.',
  specifiedByURL: 'https://ecma-international.org/publications-and-standards/standards/ecma-404/',
  extensions: { [IS_JSON]: true },
  parseValue: (value) => value,
  parseLiteral: jsonOf,
});

export const JsonObject = new GraphQLScalarType({
  name: 'JSONObject',
  description: 'A JSON object. Numbers are kept exactly or refused: send longer ones as text.',
  specifiedByURL: 'https://ecma-international.org/publications-and-standards/standards/ecma-404/',
  extensions: { [IS_JSON]: true },
  parseValue: (value) => requireObject(value),
  parseLiteral: objectOf,
});
