/** Who a command works as, and for which account; a mistake of account is refused here, before anything is sent. */
import { AccountBySlugDocument, ViewerDocument, type ViewerQuery } from '../../../schema/generated/operations';
import { defaultProfile } from '../environment';
import { CommandFailure, misuse } from '../failures';
import { readProfile, type Profile } from '../profiles';
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
  readonly profile: Profile;
  readonly client: GatewayClient;
  readonly viewer: ViewerQuery['viewer'];
}

export async function openSession({ profile: name, reason }: SessionOptions): Promise<Session> {
  const profile = readProfile(name ?? defaultProfile());
  const client = new GatewayClient({ ...profile, reason });
  const { viewer } = await client.ask(ViewerDocument, {});
  return { profile, client, viewer };
}

/** The account that the profile's key works for, or with a master key the one that `--account` names. */
async function findTarget({ profile, client, viewer }: Session, slug: string | undefined): Promise<Target | null> {
  const own = viewer.account ?? null;
  if (own && slug !== undefined && slug !== own.slug)
    throw new CommandFailure(
      `Refused: the profile "${profile.name}" has a key of the account "${own.slug}", and the command is for "${slug}". Use a profile of "${slug}".`,
    );
  if (own || slug === undefined) return own;
  const { account } = await client.ask(AccountBySlugDocument, { slug });
  if (!account) throw new CommandFailure(`There is no account "${slug}". List them with: portcullis accounts list`);
  return account;
}

/** For commands that need one account. */
export async function requireTarget(session: Session, { account }: SessionOptions): Promise<Target> {
  const target = await findTarget(session, account);
  if (!target)
    throw misuse(`The profile "${session.profile.name}" has a master key: name the account with --account SLUG.`);
  return target;
}

/** For lists, which a master key may ask for across all accounts: undefined is all of them. */
export const accountIdOf = async (session: Session, { account }: SessionOptions): Promise<string | undefined> =>
  (await findTarget(session, account))?.id;

/** @throws CommandFailure for a profile with an account's key. */
export function requireMaster({ profile, viewer }: Session): void {
  if (viewer.kind !== 'MASTER')
    throw new CommandFailure(
      `This needs a master key, and the profile "${profile.name}" has a key of the account "${viewer.account?.slug ?? ''}". Use another one with --profile.`,
    );
}
