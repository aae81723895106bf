/** Names that callers choose, as logs and traces may hold them. */
import { withoutSecrets } from '../util/secret-shapes';

const MAX_NAME_CHARS = 100;

/** What a key is made of: no word is that long and has digits in it. */
const LONG_RUN = /[A-Za-z0-9]{32,}/g;

/** @returns the name of an operation without what may be a key, cut to 100 characters. */
export function loggedName(name: string): string {
  const mayBeKey = (name.match(LONG_RUN) ?? []).some((run) => /\d/.test(run));
  return mayBeKey ? '(withheld: it may be a key)' : withoutSecrets(name).slice(0, MAX_NAME_CHARS);
}
