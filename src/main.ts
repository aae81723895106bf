/** Start and stop. */
import type { Logger } from 'pino';
import { ConfigError, readConfig, type Config } from './config';
import { ensureMasterKey } from './db/bootstrap';
import { EmbeddedError, startEmbedded } from './db/embedded';
import { isUnavailable } from './db/failure';
import { migrate } from './db/migrate';
import { SetupError } from './db/roles';
import { createDemo, type Demo } from './demo';
import { createGateway } from './gateway';
import { createLogger } from './log';
import { secretsKey } from './secrets';
import { welcome } from './welcome';

interface Running {
  readonly stop: () => Promise<void>;
}

interface Owner {
  readonly url: string;
  readonly embedded: boolean;
  readonly stop: () => Promise<void>;
}

async function openOwner(config: Config, logger: Logger): Promise<Owner> {
  if (config.DATABASE_URL !== undefined)
    return { url: config.DATABASE_URL, embedded: false, stop: () => Promise.resolve() };
  const server = await startEmbedded({ dataDir: config.DATA_DIR, log: (message) => logger.info(message) });
  return { url: server.url, embedded: true, stop: () => server.stop() };
}

/** Starts everything; whatever was started is stopped again when a later step fails. */
async function start(config: Config, logger: Logger): Promise<Running> {
  const owner = await openOwner(config, logger);
  try {
    const urls = await migrate(owner.url, {
      tenantUrl: config.TENANT_DATABASE_URL,
      operatorUrl: config.OPERATOR_DATABASE_URL,
    });
    const gateway = await createGateway({ settings: config, secret: secretsKey(config), logger, ...urls });
    try {
      const address = await gateway.app.listen({ host: config.HOST, port: config.PORT });
      // Only now: a key that is made by a start that fails would never be seen.
      const firstKey = await ensureMasterKey(owner.url, config.MASTER_KEY);
      const master = firstKey ?? config.MASTER_KEY ?? null;
      const wanted = owner.embedded && config.ENVIRONMENT === 'development' && master !== null;
      const demo: Demo | null = wanted ? await createDemo(gateway.app, master) : null;
      process.stdout.write(welcome({ address, config, embedded: owner.embedded, firstKey, demo }));
    } catch (error) {
      await gateway.close();
      throw error;
    }
    return { stop: () => gateway.close().finally(owner.stop) };
  } catch (error) {
    await owner.stop();
    throw error;
  }
}

/** One sentence for what people can mend themselves; the whole error for what they cannot. */
function explain(error: unknown, config: Config | null): string {
  if (error instanceof ConfigError || error instanceof EmbeddedError || error instanceof SetupError)
    return error.message;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE' && config)
    return `Port ${config.PORT} on ${config.HOST} is taken. Stop what listens there, or choose another: PORT=4001 npm start`;
  if (code === 'EACCES' && config)
    return `Port ${config.PORT} needs more rights. Choose one above 1023: PORT=4000 npm start`;
  if (isUnavailable(error))
    return 'The database in DATABASE_URL cannot be reached. Check host, port and that PostgreSQL runs.';
  if (code === '28P01' || code === '28000') return 'The database refused the user or password in DATABASE_URL.';
  if (code === '3D000') return 'The database named in DATABASE_URL does not exist. Create it first.';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function stopOnSignals(running: Running, logger: Logger): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info(`${signal}: finishing what was accepted, then stopping`);
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error(error, 'Stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/**
 * graphql-js leaves a rejection behind when one element of a list fails at once and another later. The caller has had
 * its answer by then; ending the process for it would end everybody else's requests.
 */
function surviveStrayRejections(logger: Logger): void {
  process.on('unhandledRejection', (error) =>
    logger.error({ error: error instanceof Error ? error.stack : String(error) }, 'A failure nobody waited for'),
  );
}

async function main(): Promise<void> {
  let config: Config | null = null;
  try {
    config = readConfig();
    const logger = createLogger(config);
    surviveStrayRejections(logger);
    stopOnSignals(await start(config, logger), logger);
  } catch (error) {
    process.stderr.write(`${explain(error, config)}\n`);
    process.exit(1);
  }
}

void main();
