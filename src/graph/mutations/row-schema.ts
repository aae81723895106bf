/** The rules that rows of all resources share, and their failures put as BAD_USER_INPUT with the field's path. */
import { z, type ZodType } from 'zod';
import { badInput } from '../../errors';
import type { JsonRecord } from '../queries/account-row';

const MAX_METADATA_BYTES = 16 * 1024;
const MAX_METADATA_LEVELS = 8;

/** How many levels of objects and lists a value has; a plain value has none. Stops counting at `limit`. */
export function depthOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (limit === 0) return 1;
  let deepest = 0;
  // A loop: a list may be longer than a call can have arguments.
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, limit - 1));
  return 1 + deepest;
}

/** JSON has no infinity: a number like 1e400 would be stored as null, so it is refused instead. */
const isFinite = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).every(isFinite)
    : typeof value !== 'number' || Number.isFinite(value);

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** A JSON object of bounded size and depth. */
export const jsonObject = (bytes: number, levels: number): ZodType<JsonRecord> =>
  z.record(z.string(), z.unknown(), { error: 'must be a JSON object' }).superRefine((value, context) => {
    // No later rule looks at what is too large to be kept.
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message, continue: false });
    const depth = depthOf(value, levels);
    const size = depth > levels ? 0 : bytesOf(value);
    if (depth > levels) refuse(`is nested more than ${levels} levels deep; flatten it`);
    else if (size > bytes) refuse(`is ${size} bytes as JSON; at most ${bytes} are kept`);
    else if (!isFinite(value)) refuse('holds a number too large to keep; send it as text');
  });

const CONTROL = /\p{Cc}/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Half a surrogate pair is no character: UTF-8 has none for it, and something else would be stored instead. */
const characters = z.string().refine((value) => !/\p{Cs}/u.test(value), {
  error: 'holds half a character (a surrogate without its other half)',
  abort: true,
});

/** 1 to 255 characters, at least one that can be seen, no control characters. */
export const name = characters
  .refine((text) => [...text].length >= 1 && [...text].length <= 255, {
    error: (issue) => `must have 1 to 255 characters, not ${[...String(issue.input)].length}`,
    abort: true,
  })
  .refine((text) => VISIBLE.test(text), { error: 'must not be blank', abort: true })
  .refine((text) => !CONTROL.test(text), { error: 'must not contain control characters' });

/** Text of at most `most` characters. */
export const text = (most: number) =>
  characters.refine((value) => [...value].length <= most, {
    error: (issue) => `has ${[...String(issue.input)].length} characters; at most ${most} are kept`,
  });

const MAX_URL_LENGTH = 2048;

/** What keeps a value from being an address on the web without user and password, in words; null for one that is. */
export function urlProblem(url: unknown): string | null {
  if (typeof url !== 'string' || !URL.canParse(url)) return 'is required, as an absolute URL';
  if (url.length > MAX_URL_LENGTH) return `has ${url.length} characters; at most ${MAX_URL_LENGTH} are kept`;
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'must start with http:// or https://';
  return username === '' && password === ''
    ? null
    : 'holds a user or password, which whoever sees the row would see; give it without';
}

export const metadata = jsonObject(MAX_METADATA_BYTES, MAX_METADATA_LEVELS).default({});

/** Said of null where a value is needed; the other rules say it better by themselves. */
const plainly: z.core.$ZodErrorMap = ({ input }) =>
  input === null || input === undefined ? 'must have a value; give one, or leave the field out' : undefined;

/**
 * Checks a draft against its rules.
 * @returns the draft with defaults filled in.
 * @throws GatewayError BAD_USER_INPUT for the first rule that is broken; extensions.path leads to the field.
 */
export function validate<T>(rules: ZodType<T>, draft: unknown, root: readonly string[] = ['input']): T {
  const checked = rules.safeParse(draft, { error: plainly });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const path = [...root, ...(issue?.path ?? []).map((step) => (typeof step === 'number' ? step : String(step)))];
  throw badInput(path, `${path.join('.')} ${issue?.message ?? 'is not accepted'}.`);
}
