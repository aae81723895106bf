/** Profiles: login, logout, profiles, whoami. */
import type { Command } from 'commander';
import { ViewerDocument, type ViewerQuery } from '../../../schema/generated/operations';
import { parseKey } from '../../auth/key-format';
import { defaultProfile } from '../environment';
import { CommandFailure, messageOf, misuse } from '../failures';
import { GatewayClient } from '../gateway/client';
import { openSession } from '../gateway/session';
import { askHidden, isInteractive, readStandardInput } from '../input/prompt';
import { data, json, list, note, table, warn } from '../output/print';
import { previewOf, profileNames, readProfile, removeProfile, writeProfile } from '../profiles';
import { command, type Common } from './command';

const LOCAL = 'http://127.0.0.1:4000';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether keys would travel unencrypted through a network. */
export function isExposed(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !LOOPBACK.has(hostname);
}

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw misuse(`"${text}" is no address: use http:// or https://.`);
  if (url.username !== '' || url.password !== '') throw misuse('Leave user and password out of the address.');
  return `${url.origin}${url.pathname.replace(/\/(graphql)?$/, '')}`;
}

/** From a pipe or unseen from the terminal, never from an argument: those are listed to every user of the machine. */
async function readKey(): Promise<string> {
  const text = isInteractive() ? await askHidden('Key (not shown): ') : (await readStandardInput()).toString('utf8');
  const key = text.trim();
  if (parseKey(key) === null)
    throw new CommandFailure(
      'That is no key: a part is missing or mistyped. Keys begin with pcl_live_ or pcl_master_.',
    );
  return key;
}

const whose = ({ kind, account }: ViewerQuery['viewer']): string =>
  kind === 'MASTER' ? 'all accounts (a master key)' : `account ${account?.slug ?? ''}`;

async function showViewer(viewer: ViewerQuery['viewer'], { json: asJson }: Common): Promise<void> {
  if (asJson === true) return json(viewer);
  const { kind, key, account, permissions, warnings } = viewer;
  const facts = [
    ['account', account ? `${account.slug} (${account.name})` : 'all'],
    ['key', `${key.name} ${key.preview}`],
    ['kind', kind],
    ['may', permissions.join(', ')],
  ];
  await data(table(['who', 'am i'], facts));
  warnings.forEach(warn);
}

async function login({ url, profile: named, ...options }: Common & { readonly url: string }): Promise<void> {
  const name = named ?? defaultProfile();
  const address = checkUrl(url);
  const key = await readKey();
  const { viewer } = await new GatewayClient({ url: address, key }).ask(ViewerDocument, {});
  writeProfile({ name, url: address, key, account: viewer.account?.slug ?? null });
  note(`The profile "${name}" is for ${whose(viewer)} at ${address}.`);
  if (isExposed(address)) warn('keys travel unencrypted to this address; use https.');
  if (options.json === true) await json(viewer);
}

async function logout({ profile, json: asJson }: Common): Promise<void> {
  const name = profile ?? defaultProfile();
  const removed = removeProfile(name);
  note(
    removed
      ? `The profile "${name}" is gone; its key still works until it is revoked.`
      : `There was no profile "${name}".`,
  );
  if (asJson === true) await json({ profile: name, removed });
}

interface Listed {
  readonly name: string;
  readonly url: string | null;
  readonly account: string | null;
  readonly key: string | null;
  readonly fault: string | null;
}

function listed(name: string): Listed {
  try {
    const { url, account, key } = readProfile(name);
    return { name, url, account, key: previewOf(key), fault: null };
  } catch (error) {
    return { name, url: null, account: null, key: null, fault: messageOf(error) };
  }
}

async function profiles({ json: asJson }: Common): Promise<void> {
  const row = ({ name, url, account, key, fault }: Listed): (string | null)[] => [
    name,
    fault === null ? (account ?? 'all (master)') : fault,
    key,
    url,
  ];
  await list(asJson, profileNames().map(listed), ['profile', 'account', 'key', 'address'], row);
}

export const loginCommands: readonly Command[] = [
  command('login', 'Save a key as a profile, after trying it. The key is read from a pipe or asked for unseen.', [
    'login --profile dev --url https://gateway.example.com',
    'login --profile ci --url https://gateway.example.com < key.txt',
  ])
    .option('--url <address>', 'the gateway', LOCAL)
    .action(login),
  command('logout', 'Remove a profile from this machine. The key itself stays valid: revoke it with keys revoke.', [
    'logout --profile dev',
  ]).action(logout),
  command('profiles', 'List the profiles of this machine.', ['profiles', 'profiles --json']).action(profiles),
  command('whoami', 'Say who the profile’s key belongs to, what it may do and what to be careful about.', [
    'whoami --profile dev',
    'whoami --json',
  ]).action(async (options: Common) => showViewer((await openSession(options)).viewer, options)),
];
