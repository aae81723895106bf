/** Whether a gateway may serve from its database, what is missing meanwhile, and how operators are told. */
import type { Logger } from 'pino';
import type { Database } from '../db/database';
import { DatabaseUnavailableError } from '../db/database-errors';
import type { KeyChangeListener } from '../db/keys/key-change-listener';
import { SetupError } from '../db/setup/roles';
import type { Readiness } from './health';
import { messageOf } from '../util/message-of';

/** Of the log, and of /readyz with the reason. */
export const UNNOTIFIED = 'Revocation notifications are not received; keys are looked up every half second';

/** Why that is so among shards. */
export const UNHEARD_OF_SHARDS =
  'the tables are divided among shards, and the servers that have them notify nobody here';

/** What is missing behind a pooler, if one is there. */
export function reportPooler({ restated }: Database, logger: Logger): void {
  if (restated === null) return;
  const words = 'The connections lead through a pooler, which drops what they state as they start';
  if (restated.length === 0) logger.info(`${words}; the settings of the roles hold in its sessions`);
  else
    logger.warn(
      { restated },
      `${words}, and its sessions lack settings of the roles, so each transaction states them. If a start with DATABASE_URL has put them on the roles, sessions from before have to end: RECONNECT in pgbouncer's console`,
    );
}

export const reportReplicas =
  (logger: Logger) =>
  (replica: string, problem: string | null): void => {
    if (problem === null) logger.info({ replica }, 'A replica is read from');
    else logger.warn({ replica, problem }, 'A replica is not read from; the primary answers in its place');
  };

/** @throws SetupError if the database would not keep accounts apart. */
export async function refuseFaults(database: Database): Promise<void> {
  const faults = await database.faults();
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

/** What /readyz answers; anybody may read the warnings, so they quote no driver. */
export async function readiness(database: Database, { problem }: KeyChangeListener): Promise<Readiness> {
  const all = [...(problem === null ? [] : [`${UNNOTIFIED}: ${problem}`]), ...database.replicaProblems];
  const warnings = all.length === 0 ? {} : { warnings: all };
  try {
    const reasons = await database.faults();
    return { ready: reasons.length === 0, reasons, ...warnings };
  } catch (error) {
    return { ready: false, reasons: [reasonOf(error)], ...warnings };
  }
}
