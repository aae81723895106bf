/** Whether a gateway may serve from its database, why not, and how this is reported to operators. */
import type { Logger } from 'pino';
import type { Database } from '../db/database';
import type { DatabaseClock } from '../db/database-clock';
import { DatabaseUnavailableError } from '../db/database-errors';
import type { KeyChangeListener } from '../db/keys/key-change-listener';
import { SetupError } from '../db/setup/roles';
import type { Verification } from '../db/verify/verify-database';
import type { Readiness } from './health';
import { messageOf } from '../util/message-of';

/** For the log, and for /readyz with the reason. */
export const UNNOTIFIED = 'Revocation notifications are not received; keys are looked up every half second';

/** The reason with shards. */
export const UNHEARD_OF_SHARDS =
  'the tables are distributed among shards, whose servers send no notifications to the gateway';

/** Settings that are missing behind a pooler, if there is one. */
export function reportPooler({ restated }: Database, logger: Logger): void {
  if (restated === null) return;
  const words = 'The connections go through a pooler, which drops their startup settings';
  if (restated.length === 0) logger.info(`${words}; the settings of the roles are effective in its sessions`);
  else
    logger.warn(
      { restated },
      `${words}, and its sessions lack settings of the roles, so each transaction sets them. If a start with DATABASE_URL has set them on the roles, end the sessions from before: RECONNECT in pgbouncer's console`,
    );
}

export const reportReplicas =
  (logger: Logger) =>
  (replica: string, problem: string | null): void => {
    if (problem === null) logger.info({ replica }, 'A replica is used for reads');
    else logger.warn({ replica, problem }, 'A replica is not used; the primary answers reads instead');
  };

/** How far apart the clocks are; public. @param aheadMs by how much the database's clock is ahead. */
function clockWarning(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return `The clock of the database is ${seconds} seconds ${aheadMs > 0 ? 'ahead of' : 'behind'} the gateway’s: times that are set by one and checked by the other are wrong by that difference. Synchronize both with NTP`;
}

export const reportClock =
  (logger: Logger) =>
  (aheadMs: number | null): void => {
    if (aheadMs === null) logger.info('The clocks of the gateway and of the database agree');
    else logger.warn(clockWarning(aheadMs));
  };

/** @throws SetupError if the database would not keep accounts apart, or not all of its servers can be verified. */
export async function refuseFaults(database: Database): Promise<void> {
  const verified = await database.verify();
  const faults = [...verified.faults, ...verified.unreachable];
  if (faults.length > 0)
    throw new SetupError(
      `The database would not keep accounts apart:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
}

/** The full reason why sessions are not isolated: only operators read it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof DatabaseUnavailableError)) return 'the database cannot be reached';
  const { outage, cause } = error;
  if (outage === 'shared') return messageOf(error);
  return outage === 'unsafe' || outage === 'readOnly' ? messageOf(cause) : 'the database cannot be reached';
}

/** The answer of /readyz, which is public, so its warnings do not quote the driver. */
export async function readiness(
  database: Database,
  watch: KeyChangeListener,
  clock: DatabaseClock,
): Promise<Readiness> {
  const { faults, unreachable } = await verify(database, clock);
  const warnings = [
    ...(watch.problem === null ? [] : [`${UNNOTIFIED}: ${watch.problem}`]),
    ...database.replicaProblems,
    ...unreachable,
    ...(clock.isApart ? [clockWarning(clock.aheadMs)] : []),
  ];
  return { ready: faults.length === 0, reasons: faults, ...(warnings.length === 0 ? {} : { warnings }) };
}

/**
 * Why the gateway cannot serve. Clocks are not a reason: if the database's is wrong, every gateway would stop at once.
 */
async function verify(database: Database, clock: DatabaseClock): Promise<Verification> {
  try {
    const [verification] = await Promise.all([database.verify(), clock.compare()]);
    return verification;
  } catch (error) {
    return { faults: [reasonOf(error)], unreachable: [] };
  }
}
