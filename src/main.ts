/** Starts the gateway (database, first key, server), and stops it. */
import cluster from 'node:cluster';
import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import { ConfigError, readConfig, startedByNpm } from './config';
import { retireEvents } from './audit/retention';
import { Signer } from './auth/signer';
import { Database } from './db/database';
import { ensureMasterKey } from './db/setup/first-master-key';
import { Vault } from './db/vault';
import { banner } from './first-start/banner';
import { createDemo } from './first-start/demo-data';
import { existingSecretsKey } from './first-start/secrets-key-file';
import { createGateway, type Gateway, type GatewayParts } from './gateway';
import { Housekeeper } from './housekeeper';
import { AdminServer, readinessAt, readinessOf } from './http/admin-server';
import { httpUrl, listen, tryListening } from './http/listen';
import { Cleanup, stopOnSignals } from './lifecycle';
import { createLogger, isLogForPeople, logStartFailure } from './log';
import { openDatabase, prepareDatabase, using, type Beginning } from './prepare-database';
import { gatewayRegistry } from './resources';
import { compileMetaSchemas } from './resources/tool/json-schema';
import { EXIT_CODES, StartError } from './start-error';
import { retentionMetrics, type RetentionMetrics } from './telemetry/retention-metrics';
import { FirstProcessMetrics } from './telemetry/worker-metrics';
import { Workers } from './workers';

// V8 pretenures arrays at sites whose arrays once survived two collections, and then keeps what they hold until the next
// major collection. Nearly all objects here are garbage once the answer is sent: docs/adr/0193.
setFlagsFromString('--no-allocation-site-pretenuring');

/** Shared by all steps of a start. */
interface Start extends Beginning {
  /** Null without an admin port, and in workers: the primary process has it. */
  readonly admin: AdminServer | null;
}

interface Serving {
  readonly url: string;
  /** Null if other processes serve. */
  readonly gateway: Gateway | null;
  /** Null without an admin port. */
  readonly retention: RetentionMetrics | null;
}

async function serveHere(parts: GatewayParts, { config, cleanup, signal, admin }: Start): Promise<Serving> {
  const target = { setting: 'The tenant role', url: parts.tenantUrl };
  // Runs while the gateway waits for the database.
  const compiled = compileMetaSchemas();
  const gateway = await using(target, () => createGateway(parts));
  cleanup.add({ name: 'the gateway', stop: (withinMs) => gateway.close(withinMs) });
  await compiled;
  signal.throwIfAborted();
  const url = await listen(gateway.app, config);
  const { app, telemetry } = gateway;
  const { metrics } = telemetry;
  if (admin && metrics) admin.source = { metrics: () => metrics.registry.metrics(), readiness: () => readinessOf(app) };
  return { url, gateway, retention: admin && metrics ? retentionMetrics(metrics.registry) : null };
}

/** Workers get only the roles' connections, not the owner's. */
async function serveWithWorkers(
  parts: GatewayParts,
  { config, logger, cleanup, signal, admin }: Start,
): Promise<Serving> {
  const environment = {
    TENANT_DATABASE_URL: parts.tenantUrl,
    OPERATOR_DATABASE_URL: parts.operatorUrl,
    RESTRICTED_DATABASE_URL: parts.restrictedUrl,
    SECRETS_KEY: parts.secret.toString('hex'),
    DATABASE_URL: '',
    MASTER_KEY: '',
  };
  const workers = new Workers(config.WORKERS, environment, logger);
  cleanup.add({ name: 'the workers', stop: () => workers.stop(), abandon: () => workers.kill() });
  const url = httpUrl(config.HOST, await workers.start());
  signal.throwIfAborted();
  if (!admin) return { url, gateway: null, retention: null };
  const own = new FirstProcessMetrics();
  admin.source = { metrics: () => own.withWorkers(workers.state), readiness: () => readinessAt(url) };
  return { url, gateway: null, retention: retentionMetrics(own.registry) };
}

/** Runs only in the first process, which is the only one that can connect as the owner. */
async function startHousekeeper(
  { gateway, retention }: Serving,
  parts: GatewayParts,
  ownerUrl: string,
  { config, logger, cleanup }: Start,
): Promise<void> {
  const { HOUSEKEEPING_MINUTES, AUDIT_ARCHIVE_DIR: folder } = config;
  if (HOUSEKEEPING_MINUTES === 0) return;
  const { entities, resources } = gatewayRegistry;
  let database = gateway?.database;
  if (!database) {
    const own = await Database.open({
      ...parts,
      poolSize: 1,
      preparesStatements: config.PREPARED_STATEMENTS,
      entities,
      vault: new Vault(parts.secret),
      onError: (error) => logger.warn({ error: error.message }, 'A database connection was lost'),
    });
    cleanup.add({ name: 'the connections of the housekeeper', stop: () => own.close() });
    database = own;
  }
  const archiving = { ownerUrl, operatorUrl: parts.operatorUrl, signer: new Signer(parts.secret) };
  const housekeeper = new Housekeeper({
    database,
    resources,
    settings: config,
    logger,
    metrics: retention,
    archive: folder === undefined ? null : (accountId, days) => retireEvents({ ...archiving, folder }, accountId, days),
  });
  housekeeper.start();
  cleanup.add({ name: 'the housekeeper', stop: () => housekeeper.stop() });
}

/** Creates the example data of a first start; with workers, through a gateway that does not listen. */
async function makeDemo(
  gateway: Gateway | null,
  parts: GatewayParts,
  masterKey: string,
): ReturnType<typeof createDemo> {
  const serving = gateway ?? (await createGateway(parts));
  serving.telemetry.isMuted = true;
  try {
    return await createDemo(serving.app, masterKey);
  } finally {
    serving.telemetry.isMuted = false;
    if (!gateway) await serving.close();
  }
}

/** Started first, so that health checks are answered while the database is prepared. */
async function startAdmin({ config, logger, cleanup }: Beginning): Promise<AdminServer | null> {
  const { ADMIN_HOST: HOST, ADMIN_PORT: PORT } = config;
  if (PORT === undefined) return null;
  const { admin, url } = await AdminServer.start({ HOST, PORT, prefix: 'ADMIN_' });
  cleanup.add({ name: 'the admin port', stop: () => admin.stop() });
  logger.info({ url }, 'Admin port listening');
  return admin;
}

async function startAll(beginning: Beginning): Promise<void> {
  const { config, logger } = beginning;
  const isProduction = config.ENVIRONMENT === 'production';
  await tryListening(config);
  const start = { ...beginning, admin: await startAdmin(beginning) };
  const owner = await openDatabase(start);
  const parts = {
    settings: config,
    logger,
    isLogForPeople: isLogForPeople(config),
    ...(await prepareDatabase(owner, start)),
  };
  const ensureKey = (): Promise<string | null> => ensureMasterKey(owner.url, config.MASTER_KEY, !isProduction);
  if (isProduction || config.MASTER_KEY !== undefined) await ensureKey();
  const serving = await (config.WORKERS === 1 ? serveHere : serveWithWorkers)(parts, start);
  const { url, gateway } = serving;
  await startHousekeeper(serving, parts, owner.url, start);
  if (isProduction) {
    logger.info({ url, workers: config.WORKERS }, 'Listening');
    return;
  }
  // As late as possible: a key created by a start that then fails would never be seen.
  const firstKey = await ensureKey();
  const masterKey = firstKey ?? config.MASTER_KEY ?? null;
  // Example data is created by documents that are not among the trusted ones.
  const wantsDemo = owner.isEmbedded && config.TRUSTED_DOCUMENTS === undefined;
  const demo = wantsDemo && masterKey !== null ? await makeDemo(gateway, parts, masterKey) : null;
  process.stdout.write(banner({ url, config, firstKey, demo }));
}

/** A worker; the primary process has already prepared the database. */
async function startWorker(beginning: Beginning): Promise<void> {
  const start = { ...beginning, admin: null };
  const { config, logger } = start;
  const {
    TENANT_DATABASE_URL: tenantUrl = '',
    OPERATOR_DATABASE_URL: operatorUrl = '',
    RESTRICTED_DATABASE_URL: restrictedUrl = '',
  } = config;
  const urls = { tenantUrl, operatorUrl, restrictedUrl };
  await serveHere(
    { settings: config, secret: existingSecretsKey(config), logger, isLogForPeople: isLogForPeople(config), ...urls },
    start,
  );
}

/**
 * graphql-js leaves a rejection unhandled if one element of a list fails immediately and another later. The caller has
 * its answer by then; exiting would fail everyone else's requests.
 */
function surviveUnhandledRejections(logger: Logger): void {
  process.on('unhandledRejection', (error) =>
    logger.error({ error: error instanceof Error ? error.stack : String(error) }, 'Unhandled rejection'),
  );
}

async function main(): Promise<void> {
  const cleanup = new Cleanup();
  const stopping = new AbortController();
  let isProduction = false;
  try {
    const config = readConfig();
    isProduction = config.ENVIRONMENT === 'production';
    const logger = createLogger(config);
    const seconds = config.SHUTDOWN_SECONDS;
    surviveUnhandledRejections(logger);
    const fail = (error: Error): void => {
      logger.fatal(error.message);
      void cleanup.run(seconds * 1_000, logger).then(() => process.exit(EXIT_CODES.unavailable));
    };
    const start = { config, logger, cleanup, signal: stopping.signal, fail };
    const starting = (cluster.isPrimary ? startAll : startWorker)(start).catch(async (error: unknown) => {
      await cleanup.run(seconds * 1_000, logger);
      throw error;
    });
    stopOnSignals({ cleanup, stopping, starting, seconds, repeatedByNpm: startedByNpm(), logger });
    await starting;
  } catch (error) {
    // The signal handler ends the process.
    if (stopping.signal.aborted) return;
    logStartFailure(error, error instanceof ConfigError ? error.isProduction : isProduction);
    process.exit(error instanceof StartError ? error.exitCode : EXIT_CODES.fault);
  }
}

void main();
