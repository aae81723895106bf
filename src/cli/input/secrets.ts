/** Values for the placeholders of a bundle; never from arguments, which every user of the machine can list. */
import { parseEnv } from 'node:util';
import { secretVariable } from '../environment';
import { CommandFailure } from '../failures';
import { warn } from '../output/print';
import { readText } from './files';
import { askHidden, isInteractive } from './prompt';

const PLACEHOLDER = /\$\{secret:([A-Za-z0-9_]{1,128})\}/g;

/** Values by name. */
export type Secrets = ReadonlyMap<string, string>;

/** Names of the placeholders in a bundle. */
const namesIn = (bundle: string): string[] => [
  ...new Set([...bundle.matchAll(PLACEHOLDER)].map(([, name = '']) => name)),
];

async function fromFile(path: string): Promise<Map<string, string>> {
  const values = Object.entries(parseEnv(await readText(path)));
  if (values.length === 0) throw new CommandFailure(`${path} has no line like NAME=value.`);
  return new Map(values.map(([name, value]) => [name, value ?? '']));
}

/** Those of the names that are set in variables PORTCULLIS_SECRET_NAME. */
export const secretsIn = (names: readonly string[]): Secrets =>
  new Map(
    names.flatMap((name): [string, string][] => {
      const value = secretVariable(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** The given secrets of a bundle: from a file of lines NAME=value, otherwise from variables PORTCULLIS_SECRET_NAME. */
export async function givenSecrets(bundle: string, file: string | undefined): Promise<Secrets> {
  const stored = file === undefined ? new Map<string, string>() : await fromFile(file);
  const names = namesIn(bundle);
  // A file of another platform has no placeholders: the gateway names its secrets when it converts it.
  if (names.length === 0) return stored;
  const unused = [...stored.keys()].filter((name) => !names.includes(name));
  if (unused.length > 0) warn(`the bundle has no placeholder for ${unused.join(', ')}: not used.`);
  const used = [...stored].filter(([name]) => names.includes(name));
  return new Map([...secretsIn(names), ...used]);
}

interface MissingSecret {
  readonly name: string;
  readonly resourceType: string;
  readonly resourceName: string;
}

/** Asks for secrets neither stored in the account nor given; empty without a terminal. */
export async function askForSecrets(missing: readonly MissingSecret[]): Promise<Secrets> {
  const values = new Map<string, string>();
  if (!isInteractive()) return values;
  for (const { name, resourceType, resourceName } of missing) {
    const value = await askHidden(`Secret ${name} of the ${resourceType} "${resourceName}" (not shown): `);
    if (value !== '') values.set(name, value);
  }
  return values;
}

export const secretInputs = (secrets: Secrets): { name: string; value: string }[] =>
  [...secrets].map(([name, value]) => ({ name, value }));
