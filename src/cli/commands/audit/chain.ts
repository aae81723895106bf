/** The audit chain that a command works on. */
import type { Command } from 'commander';
import { AuditCheckpointDocument, type AuditCheckpointQuery } from '../../../../schema/generated/operations';
import { PLATFORM } from '../../gateway/account-names';
import { GatewayRefusal } from '../../gateway/refusal';
import { requireMaster, requireTarget, type Session, type Target } from '../../gateway/session';
import { withAccount, type Common } from '../command';

export interface Options extends Common {
  readonly account?: string;
  /** Instead of an account: the events of the platform's own rows. */
  readonly platform?: boolean;
}

export type Checkpoint = AuditCheckpointQuery['auditCheckpoint'];

export const withChain = (target: Command): Command =>
  withAccount(target).option('--platform', 'with a master key: the events of the platform, which concern master keys');

export async function chainOf(session: Session, options: Options): Promise<Target> {
  if (options.platform !== true) return requireTarget(session, options);
  requireMaster(session);
  return { id: PLATFORM, slug: 'the platform' };
}

/** @returns null for an account without events. */
export async function checkpointOf({ client }: Session, { id }: Target): Promise<Checkpoint | null> {
  try {
    return (await client.ask(AuditCheckpointDocument, { accountId: id })).auditCheckpoint;
  } catch (error) {
    if (error instanceof GatewayRefusal && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
