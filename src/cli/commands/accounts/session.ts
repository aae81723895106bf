/** Sessions and options of the account commands. */
import type { Session, SessionOptions } from '../../gateway/session';
import { openSession, openWriteSession, requireMaster } from '../../gateway/session';
import type { Common } from '../command';

export type Options = Common & SessionOptions & { readonly yes?: boolean };

export async function openMaster(options: SessionOptions): Promise<Session> {
  const session = await openSession(options);
  requireMaster(session);
  return session;
}

export async function openMasterToWrite(options: SessionOptions): Promise<Session> {
  const session = await openWriteSession(options);
  requireMaster(session);
  return session;
}
