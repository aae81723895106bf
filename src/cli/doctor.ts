/** Diagnosis of a profile: from the file on this machine to the schema of the gateway. */
import { print, type DocumentNode } from 'graphql';
import * as operations from '../../schema/generated/operations';
import { parseKey } from '../auth/key-format';
import { isExposed } from './commands/login';
import { findStoredSecrets } from './stored-secrets';
import { messageOf } from './failures';
import { GatewayClient, type Answer } from './gateway/client';
import { ProfileFailure, readProfile, type Profile } from './profiles';

export interface Finding {
  readonly check:
    'profile' | 'address' | 'connection' | 'clock' | 'key' | 'kind' | 'account' | 'expiry' | 'schema' | 'secrets';
  readonly ok: boolean;
  readonly message: string;
  /** What to do; null when nothing is wrong. */
  readonly cure: string | null;
}

const good = (check: Finding['check'], message: string): Finding => ({ check, ok: true, message, cure: null });
const bad = (check: Finding['check'], message: string, cure: string): Finding => ({ check, ok: false, message, cure });

const MOST_SKEW = 30_000;
const SOON = 14 * 86_400_000;

type Viewer = operations.ViewerQuery['viewer'];

function clock(date: Date | null): Finding {
  if (!date) return good('clock', 'The gateway does not tell its time.');
  const skew = Math.abs(date.getTime() - Date.now());
  const seconds = Math.round(skew / 1_000);
  return skew <= MOST_SKEW
    ? good('clock', 'This machine and the gateway agree about the time.')
    : bad(
        'clock',
        `This machine and the gateway are ${seconds} seconds apart.`,
        'Set the clocks of both by NTP: expiries and the times of the record depend on them.',
      );
}

function refused(name: string, { errors = [] }: Answer<unknown>): Finding {
  const code = errors[0]?.extensions?.['code'];
  const message = errors[0]?.message ?? 'The gateway gave no answer.';
  if (code === 'UNAUTHENTICATED')
    return bad(
      'key',
      'The key is expired, revoked or unknown to this gateway.',
      `Get another one (keys create or keys rotate, with a key that works) and save it with: portcullis login --profile ${name}`,
    );
  if (code === 'ACCOUNT_SUSPENDED') return bad('key', message, 'Ask the operators to reactivate the account.');
  return bad('key', message, 'Look at the gateway’s log, or ask its operators.');
}

function kindOf({ name, key }: Profile, viewer: Viewer, wanted: string | undefined): Finding {
  const kind = viewer.kind.toLowerCase();
  const whose = viewer.account ? ` of the account "${viewer.account.slug}"` : '';
  if (parseKey(key)?.kind === kind && (wanted ?? kind) === kind)
    return good('kind', `The key is of the kind ${kind}${whose}.`);
  return bad(
    'kind',
    `The key is of the kind ${kind}${whose}; what is wanted is ${wanted ?? parseKey(key)?.kind ?? 'another'}.`,
    `Save another key with: portcullis login --profile ${name}`,
  );
}

function account({ name, account: saved }: Profile, viewer: Viewer): Finding[] {
  const now = viewer.account?.slug ?? null;
  if (now === saved) return [];
  const cure = `Make the profile anew: portcullis login --profile ${name}`;
  return [
    bad('account', `The profile was saved for ${saved ?? 'all accounts'}, and its key is for ${now ?? 'all'}.`, cure),
  ];
}

async function expiryOf(client: GatewayClient, { kind, key }: Viewer): Promise<string | null> {
  if (kind === 'ACCOUNT')
    return (await client.ask(operations.ApiKeyExpiryDocument, { id: key.id })).apiKey?.expiresAt ?? null;
  const { masterKeys } = await client.ask(operations.MasterKeyExpiryDocument, { id: key.id });
  return masterKeys.nodes[0]?.expiresAt ?? null;
}

function expiry(name: string, expiresAt: string | null): Finding {
  if (expiresAt === null) return good('expiry', 'The key never expires.');
  const left = new Date(expiresAt).getTime() - Date.now();
  return left > SOON
    ? good('expiry', `The key works until ${expiresAt}.`)
    : bad(
        'expiry',
        `The key expires soon, at ${expiresAt}.`,
        `Replace it: portcullis keys rotate, then portcullis login --profile ${name}`,
      );
}

/** The operations of this release by name, each with its fragments. */
const DOCUMENTS: readonly (readonly [string, DocumentNode])[] = Object.entries(operations)
  .filter(([name]) => name.endsWith('Document'))
  .map(([name, document]) => [name.replace(/Document$/, ''), document]);

/** Naming an operation that is not there lets the gateway read and check a document without running it. */
const NOTHING = 'PortcullisDoctor';

async function schema(client: GatewayClient): Promise<Finding> {
  const misfits: string[] = [];
  for (const [name, document] of DOCUMENTS) {
    const { errors = [] } = await client.send({ query: print(document), operationName: NOTHING });
    const code = errors[0]?.extensions?.['code'];
    if (code === 'GRAPHQL_VALIDATION_FAILED' || code === 'FORBIDDEN') misfits.push(name);
  }
  return misfits.length === 0
    ? good('schema', 'The gateway knows every operation of this release.')
    : bad(
        'schema',
        `The gateway does not know ${misfits.length} operations of this release: ${misfits.join(', ')}.`,
        'Upgrade the older of the two, gateway or program; behind TRUSTED_DOCUMENTS, publish the schema/operations of this release.',
      );
}

/** Looks from near to far, and stops where nothing further can be seen. */
export async function* diagnose(name: string, wanted: string | undefined): AsyncGenerator<Finding> {
  let profile: Profile;
  try {
    profile = readProfile(name);
  } catch (error) {
    if (!(error instanceof ProfileFailure)) throw error;
    yield bad('profile', error.fault, error.cure);
    return;
  }
  yield good('profile', `The profile "${name}" is there, and yours alone.`);
  yield isExposed(profile.url)
    ? bad('address', `Keys travel unencrypted to ${profile.url}.`, 'Use an address with https.')
    : good('address', profile.url);
  const client = new GatewayClient(profile);
  let answer: Answer<operations.ViewerQuery>;
  try {
    answer = await client.send({ query: print(operations.ViewerDocument), operationName: 'Viewer' });
  } catch (error) {
    yield bad('connection', messageOf(error), 'Start the gateway, or save the right address with: portcullis login');
    return;
  }
  yield good('connection', 'The gateway answers.');
  yield clock(answer.date);
  if (!answer.data) {
    yield refused(name, answer);
    return;
  }
  const { viewer } = answer.data;
  yield good('key', `The gateway accepts the key ${viewer.key.preview}.`);
  yield kindOf(profile, viewer, wanted);
  yield* account(profile, viewer);
  yield await schema(client);
  yield expiry(name, await expiryOf(client, viewer));
  yield await findStoredSecrets(client, viewer.kind === 'MASTER');
}
