/** doctor: finds common problems, from the profile on this machine to the schema of the gateway, and explains how to fix each. */
import { Option } from 'commander';
import type { DocumentNode } from 'graphql';
import { print } from 'graphql/language/printer';
import * as operations from '../../../schema/generated/operations';
import { parseKey } from '../../auth/key-format';
import { messageOf } from '../../util/message-of';
import { findCredentials, sourceOf, type Credentials } from '../credentials';
import { CommandFailure, EXIT } from '../failures';
import { bad, good, type Finding } from '../finding';
import { isExposed } from '../gateway/address';
import { GatewayClient, type Answer, type Response } from '../gateway/client';
import { data, json } from '../output/print';
import { paintFor, visible } from '../output/text';
import { ProfileFailure } from '../profiles';
import { commandLine } from '../shell';
import { findStoredSecrets } from '../stored-secrets';
import { command, type Common } from './command';
import { endOf } from './keys/table';

const MAX_SKEW_MS = 30_000;
const SOON_MS = 14 * 86_400_000;

type Viewer = operations.ViewerQuery['viewer'];

/** How to use another key instead of this one. */
const saveAnother = ({ profile, url }: Credentials): string =>
  profile === null
    ? 'Set PORTCULLIS_KEY to another key.'
    : `Save another key with: ${commandLine(['login', '--url', url], { profile })}`;

function checkClock(date: Date | null): Finding {
  if (!date) return good('clock', 'The gateway’s answer has no Date header.');
  const skew = Math.abs(date.getTime() - Date.now());
  return skew <= MAX_SKEW_MS
    ? good('clock', 'The clocks of this machine and the gateway agree.')
    : bad(
        'clock',
        `The clocks of this machine and the gateway are ${Math.round(skew / 1_000)} seconds apart.`,
        'Synchronize both with NTP: expiry and the times of the audit log depend on them.',
      );
}

function refused(credentials: Credentials, { errors = [] }: Answer<unknown>): Finding {
  const code = errors[0]?.extensions?.['code'];
  const message = errors[0]?.message ?? 'The gateway gave no answer.';
  if (code === 'UNAUTHENTICATED')
    return bad(
      'key',
      'The key is expired, revoked or unknown to this gateway.',
      `Create or rotate a key with one that is valid (keys create, keys rotate). ${saveAnother(credentials)}`,
    );
  if (code === 'ACCOUNT_SUSPENDED') return bad('key', message, 'Ask the operators to reactivate the account.');
  return bad('key', message, 'Check the gateway’s log, or ask its operators.');
}

function checkKind(credentials: Credentials, viewer: Viewer, wanted: string | undefined): Finding {
  const kind = viewer.kind.toLowerCase();
  const owner = viewer.account ? ` of the account "${viewer.account.slug}"` : '';
  const expected = wanted ?? parseKey(credentials.key)?.kind;
  return expected === kind
    ? good('kind', `The key is of kind ${kind}${owner}.`)
    : bad('kind', `The key is of kind ${kind}${owner}; expected: ${expected ?? 'another'}.`, saveAnother(credentials));
}

function checkAccount({ profile, url, savedFor }: Credentials, viewer: Viewer): Finding[] {
  const slug = viewer.account?.slug ?? null;
  if (savedFor === undefined || slug === savedFor) return [];
  const remedy = `Save the profile again: ${commandLine(['login', '--url', url], { profile })}`;
  return [
    bad(
      'account',
      `The profile was saved for ${savedFor ?? 'all accounts'}, and its key is for ${slug ?? 'all'}.`,
      remedy,
    ),
  ];
}

async function expiryOf(client: GatewayClient, { kind, key }: Viewer): Promise<string | null> {
  if (kind === 'ACCOUNT')
    return endOf((await client.ask(operations.ApiKeyExpiryDocument, { id: key.id })).apiKey ?? {});
  const { masterKeys } = await client.ask(operations.MasterKeyExpiryDocument, { id: key.id });
  return endOf(masterKeys.nodes[0] ?? {});
}

function checkExpiry(credentials: Credentials, { kind, key }: Viewer, end: string | null): Finding {
  if (end === null) return good('expiry', 'The key never expires.');
  if (new Date(end).getTime() - Date.now() > SOON_MS) return good('expiry', `The key works until ${end}.`);
  const remedy =
    kind === 'ACCOUNT'
      ? `Replace it with: ${commandLine(['keys', 'rotate', key.id], credentials)}`
      : 'Create another master key (createMasterKey).';
  return bad('expiry', `The key ends soon, at ${end}.`, `${remedy} ${saveAnother(credentials)}`);
}

/** This release's operations by name, each with its fragments. */
const DOCUMENTS: readonly (readonly [string, DocumentNode])[] = Object.entries(operations)
  .filter(([name]) => name.endsWith('Document'))
  .map(([name, document]) => [name.replace(/Document$/, ''), document]);

/** Naming a nonexistent operation makes the gateway parse and validate a document without running it. */
const MISSING_OPERATION = 'PortcullisDoctor';

async function checkSchema(client: GatewayClient): Promise<Finding> {
  const misfits: string[] = [];
  for (const [name, document] of DOCUMENTS) {
    const body = JSON.stringify({ query: print(document), operationName: MISSING_OPERATION });
    const { errors = [] } = (await client.send(body, false)).answer;
    const code = errors[0]?.extensions?.['code'];
    if (code === 'GRAPHQL_VALIDATION_FAILED' || code === 'FORBIDDEN') misfits.push(name);
  }
  return misfits.length === 0
    ? good('schema', 'The gateway has every operation of this release.')
    : bad(
        'schema',
        `The gateway does not have ${misfits.length} operations of this release: ${misfits.join(', ')}.`,
        'Upgrade the older of the two, gateway or program; with TRUSTED_DOCUMENTS, publish the schema/operations of this release.',
      );
}

const FIRST_REQUEST = JSON.stringify({ query: print(operations.ViewerDocument), operationName: 'Viewer' });

/** Checks from near to far, and stops where nothing further can be checked. */
async function* diagnose(profile: string | undefined, wanted: string | undefined): AsyncGenerator<Finding> {
  let credentials: Credentials;
  try {
    credentials = findCredentials(profile);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    yield error instanceof ProfileFailure
      ? bad('profile', error.fault, error.remedy)
      : bad('profile', error.message, 'Set both PORTCULLIS_URL and PORTCULLIS_KEY, or neither.');
    return;
  }
  const { url } = credentials;
  const source = sourceOf(credentials);
  yield good(
    'profile',
    credentials.profile === null ? `${source} is used.` : `${source} exists, and only you can read it.`,
  );
  yield isExposed(url)
    ? bad('address', `Keys are sent unencrypted to ${url}.`, 'Use an address with https.')
    : good('address', url);
  const client = new GatewayClient(credentials);
  let response: Response<operations.ViewerQuery>;
  try {
    response = await client.send(FIRST_REQUEST, false);
  } catch (error) {
    yield bad(
      'connection',
      messageOf(error),
      `Start the gateway, or save the right address with: ${commandLine(['login'], credentials)}`,
    );
    return;
  }
  yield good('connection', 'The gateway answers.');
  yield checkClock(response.date);
  const { answer } = response;
  if (!answer.data) {
    yield refused(credentials, answer);
    return;
  }
  const { viewer } = answer.data;
  yield good('key', `The gateway accepts the key ${viewer.key.preview}.`);
  yield checkKind(credentials, viewer, wanted);
  yield* checkAccount(credentials, viewer);
  yield await checkSchema(client);
  yield checkExpiry(credentials, viewer, await expiryOf(client, viewer));
  yield await findStoredSecrets(client, viewer.kind === 'MASTER');
}

interface Options extends Common {
  readonly kind?: 'account' | 'master';
}

function line({ check, ok, message, remedy }: Finding): string {
  const paint = paintFor(process.stdout);
  const mark = ok ? paint('green', 'ok  ') : paint('red', 'FAIL');
  return `${mark}  ${check.padEnd(10)}  ${visible(message)}${remedy === null ? '' : `\n${' '.repeat(18)}${visible(remedy)}`}`;
}

async function doctor({ profile, kind, json: asJson }: Options): Promise<void> {
  const findings: Finding[] = [];
  for await (const finding of diagnose(profile, kind)) {
    findings.push(finding);
    if (asJson !== true) await data(line(finding));
  }
  const healthy = findings.every(({ ok }) => ok);
  if (asJson === true) await json({ healthy, findings });
  process.exitCode = healthy ? EXIT.ok : EXIT.failure;
}

export const doctorCommand = command(
  'doctor',
  'Find common problems and show how to fix them. The exit code is 1 if there are any.',
  ['doctor --profile dev', 'doctor --profile ops --kind master --json'],
)
  .addOption(new Option('--kind <kind>', 'the kind of key to expect').choices(['account', 'master']))
  .action(doctor);
