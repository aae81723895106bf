/** Start and stop. */
import './heap';
import cluster from 'node:cluster';
import type { Logger } from 'pino';
import { ConfigError, readConfig, type Config } from './config';
import { ensureMasterKey } from './db/setup/first-master-key';
import { EmbeddedError, startEmbedded } from './embedded-postgres/start-embedded';
import { isUnavailable } from './db/database-errors';
import { migrate } from './db/setup/migrate';
import { SetupError } from './db/setup/roles';
import { createDemo, type Demo } from './first-start/demo-data';
import { createGateway, type Gateway, type GatewayParts } from './gateway';
import { TrustedDocumentsError } from './graph/trusted-documents';
import { createLogger } from './log';
import { secretsKey } from './first-start/secrets-key-file';
import { welcome } from './first-start/banner';
import { startWorkers } from './workers';

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

interface Serving {
  /** Where, as a URL. */
  readonly address: string;
  /** Null when other processes serve. */
  readonly gateway: Gateway | null;
  readonly stop: () => Promise<void>;
}

async function serveHere(parts: GatewayParts, config: Config): Promise<Serving> {
  const gateway = await createGateway(parts);
  try {
    const address = await gateway.app.listen({ host: config.HOST, port: config.PORT });
    return { address, gateway, stop: () => gateway.close() };
  } catch (error) {
    await gateway.close();
    throw error;
  }
}

/** Workers get the connections of the two roles; they need nothing of the owner's. */
async function serveWithWorkers({ secret, logger, ...urls }: GatewayParts, config: Config): Promise<Serving> {
  const environment = {
    TENANT_DATABASE_URL: urls.tenantUrl,
    OPERATOR_DATABASE_URL: urls.operatorUrl,
    SECRETS_KEY: secret.toString('hex'),
    DATABASE_URL: '',
    MASTER_KEY: '',
  };
  const workers = await startWorkers(config.WORKERS, environment, logger);
  return { address: `http://${config.HOST}:${workers.port}`, gateway: null, stop: () => workers.stop() };
}

/** Makes the first start's example, where one is wanted; with workers, by a gateway that listens nowhere. */
async function makeDemo(gateway: Gateway | null, parts: GatewayParts, masterKey: string): Promise<Demo | null> {
  if (gateway) return createDemo(gateway.app, masterKey);
  const unheard = await createGateway(parts);
  return createDemo(unheard.app, masterKey).finally(() => unheard.close());
}

/** Starts everything; whatever was started is stopped again when a later step fails. */
async function start(config: Config, logger: Logger): Promise<Running> {
  const owner = await openOwner(config, logger);
  const stops = [owner.stop];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const urls = await migrate(owner.url, {
      tenantUrl: config.TENANT_DATABASE_URL,
      operatorUrl: config.OPERATOR_DATABASE_URL,
    });
    const parts = { settings: config, secret: secretsKey(config), logger, ...urls };
    const {
      address,
      gateway,
      stop: stopServing,
    } = await (config.WORKERS === 1 ? serveHere : serveWithWorkers)(parts, config);
    stops.push(stopServing);
    // Only now: a key that is made by a start that fails would never be seen.
    const firstKey = await ensureMasterKey(owner.url, config.MASTER_KEY);
    const master = firstKey ?? config.MASTER_KEY ?? null;
    // The example is made by documents of its own.
    const wanted = owner.embedded && config.ENVIRONMENT === 'development' && config.TRUSTED_DOCUMENTS === undefined;
    const demo = wanted && master !== null ? await makeDemo(gateway, parts, master) : null;
    process.stdout.write(welcome({ address, config, embedded: owner.embedded, firstKey, demo }));
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One of several processes: the first has prepared the database. */
async function startWorker(config: Config, logger: Logger): Promise<Running> {
  const { TENANT_DATABASE_URL: tenantUrl = '', OPERATOR_DATABASE_URL: operatorUrl = '' } = config;
  return serveHere({ settings: config, secret: secretsKey(config), logger, tenantUrl, operatorUrl }, config);
}

/** One sentence for what people can mend themselves; the whole error for what they cannot. */
function explain(error: unknown, config: Config | null): string {
  if (
    error instanceof ConfigError ||
    error instanceof EmbeddedError ||
    error instanceof SetupError ||
    error instanceof TrustedDocumentsError
  )
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
    stopOnSignals(await (cluster.isPrimary ? start : startWorker)(config, logger), logger);
  } catch (error) {
    process.stderr.write(`${explain(error, config)}\n`);
    process.exit(1);
  }
}

void main();
