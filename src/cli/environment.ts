/** The command line's only reader of the environment. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

const nonEmpty = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** Where profiles are stored: `$XDG_CONFIG_HOME/portcullis`, by default `~/.config/portcullis`. */
export function configFolder(variables: Variables = process.env): string {
  const base = nonEmpty(variables['XDG_CONFIG_HOME']);
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.config'), 'portcullis');
}

/** The profile of commands that name none. */
export const defaultProfile = (variables: Variables = process.env): string =>
  nonEmpty(variables['PORTCULLIS_PROFILE']) ?? 'default';

/** Gateway and key for machines without a profile: PORTCULLIS_URL and PORTCULLIS_KEY. */
export const environmentCredentials = (
  variables: Variables = process.env,
): { readonly url: string | undefined; readonly key: string | undefined } => ({
  url: nonEmpty(variables['PORTCULLIS_URL']),
  key: nonEmpty(variables['PORTCULLIS_KEY']?.trim()),
});

/** The value for the placeholder `${secret:NAME}`: `PORTCULLIS_SECRET_NAME`. */
export const secretVariable = (name: string, variables: Variables = process.env): string | undefined =>
  nonEmpty(variables[`PORTCULLIS_SECRET_${name}`]);

/** How this program was called, for printed commands meant to be pasted. */
export function programName(variables: Variables = process.env): string {
  if (variables['npm_lifecycle_event'] === 'portcullis') return 'npm run --silent portcullis --';
  return variables['npm_command'] === 'exec' ? 'npx portcullis' : 'portcullis';
}
