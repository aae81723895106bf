/** The gateway and the key that a command uses. */
import { parseKey } from '../auth/key-format';
import { defaultProfile, environmentCredentials } from './environment';
import { usageError } from './failures';
import { checkAddress } from './gateway/address';
import { readProfile } from './profiles';

export interface Credentials {
  /** The URL without `/graphql`. */
  readonly url: string;
  readonly key: string;
  /** Null if they come from the environment. */
  readonly profile: string | null;
  /** Slug of the account the profile was saved for, null for a master key; undefined from the environment. */
  readonly savedFor?: string | null;
}

/** For messages: whose key a command uses. */
export const sourceOf = ({ profile }: Pick<Credentials, 'profile'>): string =>
  profile === null ? 'PORTCULLIS_KEY' : `the profile "${profile}"`;

function fromEnvironment(): Credentials | null {
  const { url, key } = environmentCredentials();
  if (key === undefined) return null;
  if (parseKey(key) === null)
    throw usageError('PORTCULLIS_KEY is not a valid API key: a part is missing or mistyped. Nothing was sent.');
  if (url === undefined)
    throw usageError('PORTCULLIS_KEY is set and PORTCULLIS_URL is not: set it to the address of the gateway.');
  return { url: checkAddress(url), key, profile: null };
}

/** `--profile`; or else PORTCULLIS_KEY with PORTCULLIS_URL; or else the profile of PORTCULLIS_PROFILE, or "default". */
export function findCredentials(named: string | undefined): Credentials {
  const given = named === undefined ? fromEnvironment() : null;
  if (given) return given;
  const { name, url, key, account } = readProfile(named ?? defaultProfile());
  return { url, key, profile: name, savedFor: account };
}
