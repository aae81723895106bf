/** Names chosen by callers, in a form that is safe for logs and traces. */
import { withoutSecrets } from '../util/secret-shapes';

const MAX_NAME_CHARS = 100;

/** May be part of a key: no word is that long and has digits in it. */
const LONG_RUN = /[A-Za-z0-9]{32,}/g;

/** @returns the operation's name without anything that may be a key, cut to 100 characters. */
export function loggedName(name: string): string {
  const mayBeKey = (name.match(LONG_RUN) ?? []).some((run) => /\d/.test(run));
  return mayBeKey ? '(withheld: it may be a key)' : withoutSecrets(name).slice(0, MAX_NAME_CHARS);
}
