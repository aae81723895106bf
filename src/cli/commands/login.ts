/** login: saves a key as a profile. */
import { ViewerDocument } from '../../../schema/generated/operations';
import { parseKey } from '../../auth/key-format';
import { defaultProfile, environmentCredentials } from '../environment';
import { CommandFailure } from '../failures';
import { checkAddress, isExposed } from '../gateway/address';
import { GatewayClient } from '../gateway/client';
import { askHidden, askLine, isInteractive, readStandardInput } from '../input/prompt';
import { json, note, warn } from '../output/print';
import { checkProfileName, readProfile, writeProfile } from '../profiles';
import { command, type Common } from './command';

const LOCAL = 'http://127.0.0.1:4000';

function savedAddress(name: string): string | null {
  try {
    return readProfile(name).url;
  } catch {
    return null;
  }
}

/** The default address, if none is given; on a terminal, the user is asked for it. */
async function addressFor(name: string): Promise<string> {
  const usual = environmentCredentials().url ?? savedAddress(name);
  if (usual !== null) return usual;
  return (isInteractive() ? await askLine(`Address of the gateway [${LOCAL}]: `) : '') || LOCAL;
}

/** From a pipe or a hidden prompt, never from an argument, which every user of the machine can list. */
async function readKey(): Promise<string> {
  const text = process.stdin.isTTY
    ? await askHidden('Key (not shown): ')
    : (await readStandardInput()).toString('utf8');
  const key = text.trim();
  if (parseKey(key) === null)
    throw new CommandFailure(
      `Not a valid API key: ${key === '' ? 'nothing was given' : 'a part is missing or mistyped'}. Keys begin with pcl_live_ or pcl_master_.`,
    );
  return key;
}

async function login({ url, profile, ...options }: Common & { readonly url?: string }): Promise<void> {
  const name = checkProfileName(profile ?? defaultProfile());
  const address = checkAddress(url ?? (await addressFor(name)));
  const key = await readKey();
  const { viewer } = await new GatewayClient({ url: address, key, profile: name }).ask(ViewerDocument, {});
  writeProfile({ name, url: address, key, account: viewer.account?.slug ?? null });
  const owner = viewer.account ? `account ${viewer.account.slug}` : 'all accounts (a master key)';
  note(`Profile "${name}" saved: ${owner} at ${address}.`);
  if (isExposed(address)) warn('keys are sent unencrypted to this address; use https.');
  if (options.json === true) await json(viewer);
}

export const loginCommand = command(
  'login',
  'Check a key and save it as a profile. The key is read from a pipe or a hidden prompt.',
  [
    'login --profile dev --url https://gateway.example.com',
    'login --profile ci --url https://gateway.example.com < key.txt',
  ],
)
  .option('--url <address>', `the gateway; default: PORTCULLIS_URL, the profile’s address, or ${LOCAL}`)
  .action(login);
