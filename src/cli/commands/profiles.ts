/** profiles: lists the profiles of this machine. */
import { list } from '../output/print';
import { previewOf, profileNames, readProfile } from '../profiles';
import { command, type Common } from './command';
import { messageOf } from '../../util/message-of';

interface Entry {
  readonly name: string;
  readonly url: string | null;
  readonly account: string | null;
  readonly key: string | null;
  /** Why the profile cannot be used; null when it can. */
  readonly fault: string | null;
}

function entryOf(name: string): Entry {
  try {
    const { url, account, key } = readProfile(name);
    return { name, url, account, key: previewOf(key), fault: null };
  } catch (error) {
    return { name, url: null, account: null, key: null, fault: messageOf(error) };
  }
}

async function profiles({ json: asJson }: Common): Promise<void> {
  const row = ({ name, url, account, key, fault }: Entry): (string | null)[] => [
    name,
    fault === null ? (account ?? 'all (master)') : fault,
    key,
    url,
  ];
  await list(asJson, profileNames().map(entryOf), ['profile', 'account', 'key', 'address'], row);
}

export const profilesCommand = command('profiles', 'List the profiles of this machine.', [
  'profiles',
  'profiles --json',
]).action(profiles);
