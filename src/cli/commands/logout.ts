/** logout: removes a profile. */
import { defaultProfile } from '../environment';
import { json, note } from '../output/print';
import { removeProfile } from '../profiles';
import { command, type Common } from './command';

async function logout({ profile, json: asJson }: Common): Promise<void> {
  const name = profile ?? defaultProfile();
  const removed = removeProfile(name);
  note(
    removed ? `Profile "${name}" removed. Its key stays valid until it is revoked.` : `There was no profile "${name}".`,
  );
  if (asJson === true) await json({ profile: name, removed });
}

export const logoutCommand = command(
  'logout',
  'Remove a profile from this machine. Its key stays valid: revoke it with keys revoke.',
  ['logout --profile dev'],
).action(logout);
