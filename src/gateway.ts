/** Assembles the gateway from database, schema and server; main.ts and the tests start and stop it. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { knownCaller } from './auth/authenticate';
import { BruteForceLimiter } from './auth/brute-force-limiter';
import { KeyCache, MAX_AGE_UNNOTIFIED_MS } from './auth/key-cache';
import type { Config } from './config';
import { Signer } from './auth/signer';
import { CursorCipher } from './db/cursor';
import { Database } from './db/database';
import { DatabaseClock } from './db/database-clock';
import { FairSemaphore } from './db/fair-semaphore';
import { DecisionRecorder } from './db/decisions';
import { DenialRecorder } from './db/denials';
import { KeyUsageRecorder } from './db/keys/key-usage-recorder';
import { KeyChangeListener } from './db/keys/key-change-listener';
import { keyLookup } from './db/keys/key-lookup';
import type { RoleUrls } from './db/setup/migrate';
import { refuseWrongKey } from './db/setup/secrets-key-id';
import type { Quotas } from './db/quotas';
import { keepRemoving } from './db/stream/expired-rows';
import { Tail } from './db/stream/tail';
import { Vault } from './db/vault';
import { Admission } from './http/admission';
import { closeWithin } from './http/drain';
import { keyHeadersOf, requestAuthenticator } from './http/authenticate-request';
import { overloaded } from './http/refusal';
import { createHttpServer, type HttpParts } from './http/server';
import { contextCreator } from './graph/create-context';
import { OpenStreams } from './graph/open-streams';
import { beginField, operationHooks } from './graph/operation-hooks';
import type { RequestContext, RetentionSettings } from './graph/request-context';
import { RateLimits } from './http/rate-limit';
import { Telemetry, type TelemetrySettings } from './telemetry/telemetry';
import { buildGatewaySchema } from './graph/schema';
import { resourceNames } from './graph/resource-names';
import { promotion } from './promotion';
import {
  readiness,
  refuseFaults,
  reportClock,
  reportPooler,
  reportReplicas,
  UNHEARD_OF_SHARDS,
  UNNOTIFIED,
} from './http/readiness';
import { gatewayRegistry, type Registry } from './resources';
import { permissionsOf } from './resources/permissions';
import { loopBusyness } from './util/event-loop-load';
import { messageOf } from './util/message-of';
import { Webhooks } from './webhooks';
import type { Resolve } from './webhooks/send';

/** The share of the closing time for requests; the rest is for storing counters. */
const REQUESTS_SHARE = 0.85;

export interface GatewayParts extends RoleUrls {
  readonly settings: HttpParts<RequestContext>['settings'] &
    Pick<
      Config,
      | 'POOL_SIZE'
      | 'LISTEN_DATABASE_URL'
      | 'REPLICA_DATABASE_URL'
      | 'PREPARED_STATEMENTS'
      | 'MASTER_READ_REASON'
      | 'RATE_LIMIT_KEY'
      | 'RATE_LIMIT_ACCOUNT'
      | 'RATE_LIMIT_ADDRESS'
      | 'RATE_LIMIT_FAILURES'
      | 'RATE_LIMIT_REFUSALS'
      | 'RATE_LIMIT_STORE'
      | 'MAX_STREAMS'
      | 'MAX_STREAMS_PER_ACCOUNT'
      | 'WEBHOOK_DELIVERIES'
      | 'WEBHOOK_ALLOWED_NETWORKS'
      | 'WEBHOOK_TIMEOUT_SECONDS'
    > &
    RetentionSettings &
    TelemetrySettings &
    Quotas;
  /** 32 bytes. */
  readonly secret: Buffer;
  readonly logger: Logger;
  /** Whether people read the log at a terminal. */
  readonly isLogForPeople?: boolean;
  /** Milliseconds for which /readyz reuses its answer; for tests. */
  readonly readinessMaxAgeMs?: number;
  /** Resources other than the product's; for tests. */
  readonly registry?: Registry;
  /** Resolves the hosts of webhooks, instead of DNS; for tests. */
  readonly resolveHost?: Resolve;
}

/** Lookups of keys that may be guesses are limited, to leave the database to others. */
const KEY_LOOK_UPS = {
  capacity: 5,
  maxWaitMs: 10_000,
  refusal: () => overloaded('Too many unknown keys are being checked at the moment. Nothing was executed; try again.'),
};

/** Concurrent operations per connection; see AdmissionOptions. */
const OPERATIONS_PER_CONNECTION = { capacity: 2, maxAlone: 0.8, shared: 0.4 };
const MIN_SHARE = 3;

export interface Gateway {
  readonly app: FastifyInstance;
  readonly database: Database;
  readonly telemetry: Telemetry;
  /** Stores the counted uses and denials of keys; the gateway does so itself every few seconds. */
  flushCounters(): Promise<void>;
  /**
   * Answers the accepted requests, then disconnects from the database.
   * @param withinMs cut off connections that are still open after this time; undefined: no limit.
   */
  close(withinMs?: number): Promise<void>;
}

/** @throws SetupError if the database cannot isolate accounts, or its secrets have a different key. */
export async function createGateway({
  settings,
  secret,
  logger,
  tenantUrl,
  operatorUrl,
  restrictedUrl,
  isLogForPeople = false,
  registry = gatewayRegistry,
  readinessMaxAgeMs,
  resolveHost,
}: GatewayParts): Promise<Gateway> {
  const { entities, resolvers, resources } = registry;
  const telemetry = Telemetry.create({ settings, logger, isForPeople: isLogForPeople });
  const schema = buildGatewaySchema(resolvers);
  const permissions = permissionsOf(schema, resources);
  const database = await Database.open({
    tenantUrl,
    operatorUrl,
    restrictedUrl,
    poolSize: settings.POOL_SIZE,
    preparesStatements: settings.PREPARED_STATEMENTS,
    replicaUrls: settings.REPLICA_DATABASE_URL,
    onReplica: reportReplicas(logger),
    entities,
    vault: new Vault(secret),
    quotas: settings,
    onError: (error) => logger.warn({ error: error.message }, 'A database connection was lost'),
    onWait: telemetry.metrics ? (role, ms, isServed) => telemetry.waits(`pool_${role}`)?.(ms, isServed) : undefined,
  });
  reportPooler(database, logger);
  const clock = new DatabaseClock(database, reportClock(logger));
  const watch = new KeyChangeListener(
    settings.LISTEN_DATABASE_URL ?? tenantUrl,
    (channel, payload) => database.notify(channel, payload),
    (error) => logger.warn({ error }, UNNOTIFIED),
  );
  const names = new Set(resources.map((resource) => resource.names.type));
  const keyUse = new KeyUsageRecorder(database, resourceNames(schema, names), (error) =>
    logger.warn({ error: messageOf(error) }, 'Key usage could not be stored yet'),
  );
  const denials = new DenialRecorder(
    database,
    (error) => logger.warn({ error: messageOf(error) }, 'Denials could not be recorded yet'),
    (code) => telemetry.denied(code),
  );
  const decisions = new DecisionRecorder(database, settings.DECISION_LOG_DAYS, (error) =>
    logger.warn({ error: messageOf(error) }, 'Decisions could not be recorded yet'),
  );
  const tail = new Tail(database, (error) =>
    logger.warn({ error: messageOf(error) }, 'New events could not be read; streams wait for the database'),
  );
  const streams = new OpenStreams(settings);
  const stopRemoving = keepRemoving(database, (error) =>
    logger.warn({ error: messageOf(error) }, 'Expired transitions of runs could not be removed yet'),
  );
  const webhooks = new Webhooks({ database, settings, telemetry, logger, resolveHost });
  const close = async (): Promise<void> => {
    tail.close();
    stopRemoving();
    await webhooks.stop();
    await Promise.all([watch.stop(), keyUse.stop(), denials.close(), decisions.close(), telemetry.close()]);
    await database.close();
  };
  try {
    await refuseFaults(database);
    await clock.compare();
    await refuseWrongKey(database, database.vault);
    const rateLimits = new RateLimits(settings, settings.RATE_LIMIT_STORE === 'postgres' ? database.limitStore : null);
    const services = {
      database,
      cursors: new CursorCipher(secret),
      signer: new Signer(secret),
      denials,
      decisions,
      keyUse,
      tail,
      masterReadReason: settings.MASTER_READ_REASON,
      retention: settings,
      logger,
      resources,
      ...permissions,
      largeFields: promotion.largeFields,
      webhookTests: webhooks.tests,
    };
    const keys = new KeyCache(keyLookup(database, permissions.permissionTable), watch);
    const guesses = new BruteForceLimiter(
      settings.RATE_LIMIT_FAILURES,
      new FairSemaphore({ ...KEY_LOOK_UPS, onWait: telemetry.waits('key_lookup') }),
    );
    if (database.isDistributed) watch.giveUp(UNHEARD_OF_SHARDS);
    else watch.start(keys);
    keyUse.start();
    if (settings.WEBHOOK_DELIVERIES) webhooks.dispatcher.start();
    const app = await createHttpServer({
      settings,
      schema,
      logger,
      telemetry,
      rateLimits,
      queue: new Admission({
        capacity: Math.ceil(settings.POOL_SIZE * OPERATIONS_PER_CONNECTION.capacity),
        maxAlone: Math.ceil(settings.POOL_SIZE * OPERATIONS_PER_CONNECTION.maxAlone),
        shared: Math.ceil(settings.POOL_SIZE * OPERATIONS_PER_CONNECTION.shared),
        minShare: MIN_SHARE,
        isBusy: loopBusyness(),
        onWait: telemetry.waits('operations'),
      }),
      streams,
      hooks: operationHooks,
      beginField,
      authenticate: requestAuthenticator({ keys, guesses, denials, keyUse }),
      knownCaller: (headers) => knownCaller(keyHeadersOf(headers), keys),
      createContext: contextCreator(services),
      readiness: () => readiness(database, watch, clock),
      readinessMaxAgeMs,
    });
    promotion.bundleQueue.observe(telemetry.waits('bundles'));
    telemetry.metrics?.observe({
      inFlightBytes: () => app.inFlight.totalBytes,
      databaseCounts: () => database.counts,
      // Databases with shards send no notifications.
      revocationsKnownAt: () =>
        database.isDistributed ? performance.now() - MAX_AGE_UNNOTIFIED_MS : watch.confirmedAt,
      openStreams: () => streams.count,
      streamedEvents: () => streams.sent,
      tailDelayMs: () => tail.delayMs,
      isReady: async () => (await readiness(database, watch, clock)).ready,
      clockAheadMs: () => clock.aheadMs,
    });
    return {
      app,
      database,
      telemetry,
      flushCounters: async () => {
        await keyUse.flush();
        await denials.flush();
        await decisions.flush();
      },
      close: (withinMs) => closeWithin(app, withinMs && withinMs * REQUESTS_SHARE).finally(close),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
