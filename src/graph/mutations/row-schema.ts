/** Validation rules shared by all resources, and their errors as BAD_USER_INPUT with the field's path. */
import { z, type ZodType } from 'zod';
import { badInput } from '../../errors';
import { jsonProblem, textProblem } from '../../util/storable';
import type { JsonRecord } from '../queries/account-row';

const MAX_METADATA_BYTES = 16 * 1024;
const MAX_METADATA_LEVELS = 8;

/** The nesting depth of a value; 0 for a scalar. Stops counting at `limit`. */
function depthOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (limit === 0) return 1;
  let deepest = 0;
  // A loop, because a list may be longer than the maximum number of arguments.
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, limit - 1));
  return 1 + deepest;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** A JSON object of limited size and depth. */
export const jsonObject = (bytes: number, levels: number): ZodType<JsonRecord> =>
  z.record(z.string(), z.unknown(), { error: 'must be a JSON object' }).superRefine((value, context) => {
    // Values that are too large are not checked any further.
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message, continue: false });
    const depth = depthOf(value, levels);
    const size = depth > levels ? 0 : bytesOf(value);
    if (depth > levels) refuse(`is nested more than ${levels} levels deep; flatten it`);
    else if (size > bytes) refuse(`is ${size} bytes as JSON; at most ${bytes} are allowed`);
    else {
      const problem = jsonProblem(value);
      if (problem !== null) refuse(problem);
    }
  });

const characters = z.string().superRefine((value, context) => {
  const message = textProblem(value);
  if (message !== null) context.addIssue({ code: 'custom', message, continue: false });
});

const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Sequences that legitimately contain invisible characters: emoji, flags, keycaps, and Arabic and Indic words. */
const JOINED =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f]|\ufe0f(?=\u20e3)|(?<=\u{1f3f4})[\u{e0020}-\u{e007f}]+|(?<=[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Mn}\p{Mc}])[\u200c\u200d]/gu;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Why a text is not a valid name: characters that are invisible, or that change the displayed order of others. */
function nameProblem(text: string): string | null {
  const { length } = [...text];
  if (length < 1 || length > 255) return `must have 1 to 255 characters, not ${length}`;
  if (!VISIBLE.test(text)) return 'must not be blank';
  const [hidden] = INVISIBLE.exec(text.replace(JOINED, '')) ?? [];
  return hidden === undefined
    ? null
    : `must not contain control characters or invisible characters (here ${codePoint(hidden)})`;
}

/** 1 to 255 visible characters, normalized to NFC so that names compare as people see them. */
export const name = characters
  .transform((text) => text.normalize('NFC'))
  .superRefine((text, context) => {
    const message = nameProblem(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

/** Text of at most `most` characters. */
export const text = (most: number) =>
  characters.refine((value) => [...value].length <= most, {
    error: (issue) => `has ${[...String(issue.input)].length} characters; at most ${most} are allowed`,
  });

const MAX_URL_LENGTH = 2048;

/** Why a value is not an http(s) URL without user and password; null if it is one. */
export function urlProblem(url: unknown): string | null {
  if (typeof url !== 'string' || !URL.canParse(url)) return 'is required, as an absolute URL';
  if (url.length > MAX_URL_LENGTH) return `has ${url.length} characters; at most ${MAX_URL_LENGTH} are allowed`;
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'must start with http:// or https://';
  return username === '' && password === ''
    ? null
    : 'contains a user name or password, which everyone who can read the row would see; leave it out';
}

export const metadata = jsonObject(MAX_METADATA_BYTES, MAX_METADATA_LEVELS).default({});

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  boolean: 'true or false',
};

/** Messages for rules without their own message. */
const inWords: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue;
  if (input === null || input === undefined) return 'must have a value; give one, or leave the field out';
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}, not ${JSON.stringify(input)}`;
  if (issue.code === 'unrecognized_keys') return `has the unknown field ${issue.keys.join(', ')}`;
  if (issue.code !== 'invalid_type') return 'is not accepted';
  if (issue.expected === 'string' && (typeof input === 'number' || typeof input === 'boolean'))
    return `is the ${typeof input} ${String(input)} here; write it in quotes: "${String(input)}"`;
  return `must be ${TYPES[issue.expected] ?? issue.expected}`;
};

export interface RuleProblem {
  readonly path: readonly (string | number)[];
  /** The end of a sentence whose subject is the location. */
  readonly problem: string;
}

/** The draft with defaults filled in, or all of its problems. */
export function checkRules<T>(
  rules: ZodType<T>,
  draft: unknown,
): { readonly data: T } | { readonly problems: RuleProblem[] } {
  const checked = rules.safeParse(draft, { error: inWords });
  if (checked.success) return { data: checked.data };
  const problems = checked.error.issues.map(({ path, message }) => ({
    path: path.map((step) => (typeof step === 'number' ? step : String(step))),
    problem: message,
  }));
  return { problems };
}

/** @throws GatewayError BAD_USER_INPUT */
export function refuseProblem(problem: RuleProblem | null | undefined, root: readonly string[] = ['input']): void {
  if (!problem) return;
  const path = [...root, ...problem.path];
  throw badInput(path, `${path.join('.')} ${problem.problem}.`);
}

/**
 * Validates a draft.
 * @returns the draft with defaults filled in.
 * @throws GatewayError BAD_USER_INPUT; the message names every violated rule, extensions.path is the first one's.
 */
export function validate<T>(rules: ZodType<T>, draft: unknown, root: readonly string[] = ['input']): T {
  const checked = checkRules(rules, draft);
  if ('data' in checked) return checked.data;
  const sentences = checked.problems.map(({ path, problem }) => `${[...root, ...path].join('.')} ${problem}.`);
  throw badInput([...root, ...(checked.problems[0]?.path ?? [])], sentences.join(' '));
}
