/** Turns validators' messages into errors that name the field. */
import type { ValidationError } from 'class-validator';
import { badInput, type GatewayError } from '../../errors';

const MAX_MESSAGE_CHARS = 500;

/** Removes suggestions, which would reveal the schema, and limits the length. */
export function shorten(message: string): string {
  const plain = message.replace(/ Did you mean [^?]*\?/g, '');
  return plain.length <= MAX_MESSAGE_CHARS ? plain : `${plain.slice(0, MAX_MESSAGE_CHARS - 1)}…`;
}

const step = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);

const stepsOf = (path: string): (string | number)[] =>
  path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map(step);

/** A variable's value does not match its type; graphql-js includes the location in its message. */
export function invalidVariable(message: string): GatewayError {
  const [, variable = ''] = /^Variable "\$(\w+)"/.exec(message) ?? [];
  const [, place = variable] = /^Variable "\$\w+" got invalid value .* at "([^"]+)"; /s.exec(message) ?? [];
  return badInput(stepsOf(place), message);
}

/** Input classes are named after their argument: `CreateAgentInput`, `AgentFilter`. */
function argumentOf(target: object | undefined): string[] {
  const [, argument] = /(Input|Filter)$/.exec(target?.constructor.name ?? '') ?? [];
  return argument === undefined ? [] : [argument.toLowerCase()];
}

interface Violation {
  readonly path: readonly (string | number)[];
  readonly messages: readonly string[];
}

function violationsIn(error: ValidationError, above: readonly (string | number)[]): Violation[] {
  const path = [...above, step(error.property)];
  const own = Object.values(error.constraints ?? {});
  const inner = (error.children ?? []).flatMap((child) => violationsIn(child, path));
  return own.length > 0 ? [{ path, messages: own }, ...inner] : inner;
}

/** Values that violate class-validator rules: the path is the first one's, the message lists them all. */
export function invalidArguments(errors: readonly ValidationError[]): GatewayError {
  const violations = errors.flatMap((error) => violationsIn(error, argumentOf(error.target)));
  const lines = violations.map(({ path, messages }) => `${path.join('.')}: ${messages.join(', ')}`);
  return badInput(violations[0]?.path ?? [], shorten(lines.join('; ') || 'The input breaks a rule of its type.'));
}
