/** The command line's one reader of the environment. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

const set = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** Where profiles are kept: `$XDG_CONFIG_HOME/portcullis`, by default `~/.config/portcullis`. */
export function configFolder(variables: Variables = process.env): string {
  const base = set(variables['XDG_CONFIG_HOME']);
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.config'), 'portcullis');
}

/** The profile to use when a command names none. */
export const defaultProfile = (variables: Variables = process.env): string =>
  set(variables['PORTCULLIS_PROFILE']) ?? 'default';

/** The value for the placeholder `${secret:NAME}`: `PORTCULLIS_SECRET_NAME`. */
export const secretVariable = (name: string, variables: Variables = process.env): string | undefined =>
  set(variables[`PORTCULLIS_SECRET_${name}`]);
