/** The identity and the account of a command; a wrong account is refused here, before anything is sent. */
import { AccountBySlugDocument, ViewerDocument, type ViewerQuery } from '../../../schema/generated/operations';
import { findCredentials, sourceOf, type Credentials } from '../credentials';
import { CommandFailure, usageError } from '../failures';
import { askLine, isInteractive } from '../input/prompt';
import { commandLine } from '../shell';
import { GatewayClient } from './client';

export interface SessionOptions {
  readonly profile?: string;
  readonly reason?: string;
  readonly account?: string;
}

export interface Target {
  readonly id: string;
  readonly slug: string;
}

export interface Session {
  readonly credentials: Credentials;
  readonly client: GatewayClient;
  readonly viewer: ViewerQuery['viewer'];
  /** The reason that the client sends. */
  readonly reason: string | undefined;
}

/** For commands that send any operation, for any account. */
export const openClient = ({ profile, reason }: SessionOptions): GatewayClient =>
  new GatewayClient(findCredentials(profile), reason);

export async function openSession({ profile, reason }: SessionOptions): Promise<Session> {
  const credentials = findCredentials(profile);
  const client = new GatewayClient(credentials, reason);
  const { viewer } = await client.ask(ViewerDocument, {});
  return { credentials, client, viewer, reason };
}

/** For commands that make changes: a master key needs a reason, which is asked for on a terminal. */
export async function openWriteSession(options: SessionOptions): Promise<Session> {
  const session = await openSession(options);
  if (session.viewer.kind !== 'MASTER' || session.reason !== undefined || !isInteractive()) return session;
  const reason = await askLine('Reason, for the audit log: ');
  return { ...session, client: new GatewayClient(session.credentials, reason), reason };
}

const accountOf = ({ viewer }: Session): string => `the account "${viewer.account?.slug ?? ''}"`;

/** The key's account, or with a master key the one in `--account`. */
async function findTarget(session: Session, slug: string | undefined): Promise<Target | null> {
  const { credentials, client, viewer } = session;
  const own = viewer.account ?? null;
  if (own && slug !== undefined && slug !== own.slug)
    throw new CommandFailure(
      `Refused: ${sourceOf(credentials)} has a key of ${accountOf(session)}, and the command is for "${slug}". Use a key of "${slug}".`,
    );
  if (own || slug === undefined) return own;
  const { account } = await client.ask(AccountBySlugDocument, { slug });
  if (!account) throw noSuchAccount(session, slug);
  return account;
}

export const noSuchAccount = ({ credentials }: Session, slug: string): CommandFailure =>
  new CommandFailure(
    `There is no account "${slug}". List the accounts with: ${commandLine(['accounts', 'list'], credentials)}`,
  );

/** For commands that need one account. */
export async function requireTarget(session: Session, { account }: SessionOptions): Promise<Target> {
  const target = await findTarget(session, account);
  if (!target) throw usageError(`A master key (${sourceOf(session.credentials)}) needs --account SLUG: which account?`);
  return target;
}

/** For lists, which a master key may request across all accounts: undefined for all of them. */
export const accountIdOf = async (session: Session, { account }: SessionOptions): Promise<string | undefined> =>
  (await findTarget(session, account))?.id;

/** @throws CommandFailure for an account key. */
export function requireMaster(session: Session): void {
  if (session.viewer.kind === 'MASTER') return;
  throw new CommandFailure(
    `This command needs a master key, and ${sourceOf(session.credentials)} has a key of ${accountOf(session)}. Use another one with --profile.`,
  );
}

/**
 * A command that can be pasted and runs with this one's identity.
 * @param options those that the command needs: the account, and the reason if it makes changes.
 */
export const followUp = (
  { credentials }: Session,
  { account, reason }: Pick<SessionOptions, 'account' | 'reason'>,
  ...words: string[]
): string => commandLine(words, { profile: credentials.profile, account, reason });
