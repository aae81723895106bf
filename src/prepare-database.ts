/** The first half of a start: the database is opened, and brought up to date. */
import type { Logger } from 'pino';
import type { Config } from './config';
import { connectionProblem, type ConnectionTarget } from './db/connection-problem';
import { refuseUnreachable, refuseUnusable } from './db/preflight';
import { migrate, type RoleUrls } from './db/setup/migrate';
import { readSecretsKeyId } from './db/setup/secrets-key-id';
import { startEmbedded } from './embedded-postgres/start-embedded';
import { secretsKey, secretsKeyWarning } from './first-start/secrets-key-file';
import type { GatewayParts } from './gateway';
import type { Cleanup } from './lifecycle';
import { EXIT_CODES, StartError } from './start-error';
import { openDataFolder } from './util/data-folder';

/** Shared by the steps of a start. */
export interface Beginning {
  readonly config: Config;
  readonly logger: Logger;
  /** Steps that undo what was started. */
  readonly cleanup: Cleanup;
  /** Aborted to end the start; each step checks it before it begins. */
  readonly signal: AbortSignal;
  /** Ends the process because something it needs is permanently lost. */
  readonly fail: (error: Error) => void;
}

/** The database, as its owner connects to it. */
export interface Owner extends ConnectionTarget {
  readonly isEmbedded: boolean;
}

/** Whether DATA_DIR stores something that no setting provides: the secrets key, the roles' passwords. */
const keepsFiles = (config: Config): boolean =>
  [
    config.SECRETS_KEY,
    config.TENANT_DATABASE_URL,
    config.OPERATOR_DATABASE_URL,
    config.RESTRICTED_DATABASE_URL,
  ].includes(undefined);

/** Starts the embedded PostgreSQL unless DATABASE_URL names one. */
export async function openDatabase({ config, logger, cleanup, signal, fail }: Beginning): Promise<Owner> {
  if (config.DATABASE_URL !== undefined) {
    if (keepsFiles(config)) openDataFolder(config.DATA_DIR);
    return { setting: 'DATABASE_URL', url: config.DATABASE_URL, isEmbedded: false };
  }
  const server = await startEmbedded({
    dataDir: config.DATA_DIR,
    log: (message) => logger.info(message),
    signal,
    onLost: fail,
  });
  cleanup.add({ name: 'the embedded PostgreSQL', stop: () => server.stop(), abandon: () => server.abandon() });
  signal.throwIfAborted();
  return { setting: 'The embedded PostgreSQL', url: server.url, isEmbedded: true };
}

/** Explains lost or refused connections; rethrows other errors. */
export async function using<Result>(target: ConnectionTarget, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const problem = error instanceof StartError ? null : connectionProblem(error, target);
    throw problem === null ? error : new StartError(problem, { exitCode: EXIT_CODES.unavailable, cause: error });
  }
}

/** Brings the database up to date; changes nothing if it can never be used. */
export async function prepareDatabase(
  owner: Owner,
  { config, logger, signal }: Beginning,
): Promise<RoleUrls & Pick<GatewayParts, 'secret'>> {
  const { TENANT_DATABASE_URL, OPERATOR_DATABASE_URL, RESTRICTED_DATABASE_URL, LISTEN_DATABASE_URL } = config;
  for (const warning of await refuseUnusable(owner)) logger.warn(warning);
  for (const [setting, url] of Object.entries({ TENANT_DATABASE_URL, OPERATOR_DATABASE_URL, RESTRICTED_DATABASE_URL }))
    if (url !== undefined) await refuseUnreachable({ setting, url });
  signal.throwIfAborted();
  const secret = secretsKey(config, await using(owner, () => readSecretsKeyId(owner.url)));
  const warning = secretsKeyWarning(config);
  if (warning !== null) logger.warn(warning);
  signal.throwIfAborted();
  const urls = await using(owner, () => migrate(owner.url, config, (message) => logger.info(message)));
  if (LISTEN_DATABASE_URL !== undefined)
    await refuseUnreachable({ setting: 'LISTEN_DATABASE_URL', url: LISTEN_DATABASE_URL });
  signal.throwIfAborted();
  return { ...urls, secret };
}
