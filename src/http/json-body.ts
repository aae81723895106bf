/** Reads a JSON body as it came: what JSON.parse would change silently is refused, with its place. */
import { isUtf8 } from 'node:buffer';
import { badInput } from '../errors';
import { HttpRefusal } from './refusal';

const refusal = (message: string): HttpRefusal => new HttpRefusal(400, 'BAD_REQUEST', message);

const SYNTAX =
  'The body is not a JSON object. Send {"query": "…", "variables": {…}} with "Content-Type: application/json".';

const STRING_OR_NUMBER = /"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Only numbers this long may be changed. */
const LONG_NUMBER = /\d{16}|\d[eE]\+?\d{2}/;

/** Whether a double holds the number, or at least what a fraction means to be. */
function isKept(number: string): boolean {
  const value = Number(number);
  if (!Number.isFinite(value)) return false;
  return !/^-?\d+$/.test(number) || BigInt(value) === BigInt(number);
}

interface Place {
  /** Null for the body itself. */
  readonly holder: Place | null;
  readonly step: string;
  readonly value: unknown;
}

type Path = readonly string[];

const MAX_PATH_STEPS = 20;

/** The last steps of the way to a place, as errors of GraphQL name it: from the variable down. */
function pathOf(place: Place): Path {
  const steps: string[] = [];
  for (let at = place; at.holder && steps.length < MAX_PATH_STEPS; at = at.holder) steps.unshift(at.step);
  return steps[0] === 'variables' ? steps.slice(1) : steps;
}

/** @returns the path of a place that is looked for, however deep; null when there is none. */
function pathTo(body: unknown, isSought: (step: string, value: unknown) => boolean): Path | null {
  const stack: Place[] = [{ holder: null, step: '', value: body }];
  for (let holder = stack.pop(); holder; holder = stack.pop()) {
    if (typeof holder.value !== 'object' || holder.value === null) continue;
    for (const [step, value] of Object.entries(holder.value)) {
      if (isSought(step, value)) return pathOf({ holder, step, value });
      stack.push({ holder, step, value });
    }
  }
  return null;
}

/** @throws GatewayError for a number that a double does not hold, for example the id of a Discord message. */
function refuseLongNumbers(text: string): void {
  if (!LONG_NUMBER.test(text)) return;
  for (const [token] of text.matchAll(STRING_OR_NUMBER)) {
    if (token.startsWith('"') || isKept(token)) continue;
    // A text that no body has marks the place.
    const mark = `\u0000${token}`;
    const marked = text.replace(STRING_OR_NUMBER, (each) => (each === token ? JSON.stringify(mark) : each));
    const path = pathTo(JSON.parse(marked), (_step, value) => value === mark);
    throw badInput(
      path ?? [],
      `${(path ?? []).join('.')} holds the number ${token.slice(0, 40)}, which is too large to be kept exactly; send it as text.`,
    );
  }
}

/** @throws GatewayError for the name that objects of JavaScript have a special meaning for. */
function refuseSpecialNames(text: string, body: unknown): void {
  if (!/"(?:_|\\u005[fF]){2}proto(?:_|\\u005[fF]){2}"/.test(text)) return;
  const path = pathTo(body, (step) => step === '__proto__');
  if (path) throw badInput(path, `${path.join('.')}: "__proto__" is no name for a field.`);
}

/**
 * @param bytes of the body.
 * @throws HttpRefusal BAD_REQUEST for bytes that are not UTF-8 and for text that is not JSON.
 * @throws GatewayError BAD_USER_INPUT, with the path, for numbers that would be changed and for the name `__proto__`.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw refusal('The body is not valid UTF-8. JSON is sent in UTF-8.');
  const text = bytes.toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw refusal(SYNTAX);
  }
  refuseSpecialNames(text, body);
  refuseLongNumbers(text);
  return body;
}
