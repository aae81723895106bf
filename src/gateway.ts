/** The gateway put together: database, schema and server; what main.ts and the tests start and stop. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { PermissionTable } from './auth/grants';
import { KeyCache } from './auth/key-cache';
import type { Config } from './config';
import { Signer } from './auth/signer';
import { CursorSeal } from './db/cursor';
import { Database } from './db/database';
import { DatabaseUnavailableError } from './db/database-errors';
import { DenialRecorder } from './db/denials';
import { KeyUsageRecorder } from './db/keys/key-usage-recorder';
import { KeyChangeListener } from './db/keys/key-change-listener';
import { keyLookup } from './db/keys/key-lookup';
import type { RoleUrls } from './db/setup/migrate';
import { SetupError } from './db/setup/roles';
import { refuseWrongKey } from './db/setup/secrets-key-id';
import { Vault } from './db/vault';
import { closeWithin } from './http/drain';
import { createHttpServer, type HttpParts } from './http/server';
import { contextCreator } from './graph/create-context';
import { beginField, operationHooks } from './graph/operation-hooks';
import type { RequestContext } from './graph/request-context';
import { RateLimits } from './http/rate-limit';
import { fieldPermissions } from './graph/permissions';
import { buildGatewaySchema } from './graph/schema';
import { resourceNames } from './graph/resource-names';
import { promotion } from './promotion';
import { gatewayRegistry, type Registry } from './resources';
import { permissionEntries, permissionTypes } from './resources/permissions';

/** Of the time to close, what requests may take; the rest is for writing down what was counted. */
const REQUESTS_SHARE = 0.85;

export interface GatewayParts extends RoleUrls {
  readonly settings: HttpParts<RequestContext>['settings'] &
    Pick<
      Config,
      | 'POOL_SIZE'
      | 'LISTEN_DATABASE_URL'
      | 'MASTER_READ_REASON'
      | 'RATE_LIMIT_KEY'
      | 'RATE_LIMIT_ADDRESS'
      | 'RATE_LIMIT_FAILURES'
      | 'RATE_LIMIT_STORE'
    >;
  /** 32 bytes. */
  readonly secret: Buffer;
  readonly logger: Logger;
  /** Other resources than the product's; for tests. */
  readonly registry?: Registry;
}

export interface Gateway {
  readonly app: FastifyInstance;
  readonly database: Database;
  readonly keyUse: KeyUsageRecorder;
  /**
   * Answers what was accepted, then lets go of the database.
   * @param withinMs after which connections that are still open are cut off; without it they have all the time they take.
   */
  close(withinMs?: number): Promise<void>;
}

async function refuseFaults(database: Database): Promise<void> {
  const faults = await database.faults();
  if (faults.length > 0)
    throw new SetupError(
      `The database would not keep accounts apart:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
}

/** @throws SetupError when the database would not keep accounts apart, or its secrets have another key. */
export async function createGateway({
  settings,
  secret,
  logger,
  tenantUrl,
  operatorUrl,
  registry = gatewayRegistry,
}: GatewayParts): Promise<Gateway> {
  const { entities, resolvers, resources } = registry;
  const schema = buildGatewaySchema(resolvers);
  const permissionTable = new PermissionTable(permissionTypes(resources));
  const permissions = fieldPermissions(schema, permissionTable, permissionEntries(resources));
  const database = await Database.open({
    tenantUrl,
    operatorUrl,
    poolSize: settings.POOL_SIZE,
    entities,
    vault: new Vault(secret),
    onError: (error) => logger.warn({ error: error.message }, 'A database connection was lost'),
  });
  const watch = new KeyChangeListener(settings.LISTEN_DATABASE_URL ?? tenantUrl, (error) =>
    logger.warn({ error: messageOf(error) }, 'Changes of keys are not heard; keys are looked up every half second'),
  );
  const names = new Set(resources.map((resource) => resource.names.type));
  const keyUse = new KeyUsageRecorder(database, resourceNames(schema, names), (error) =>
    logger.warn({ error: messageOf(error) }, 'The use of keys could not be stored yet'),
  );
  const denials = new DenialRecorder(database, (error) =>
    logger.warn({ error: messageOf(error) }, 'Denials could not be recorded yet'),
  );
  const close = async (): Promise<void> => {
    await Promise.all([watch.stop(), keyUse.stop(), denials.close()]);
    await database.close();
  };
  try {
    await refuseFaults(database);
    await refuseWrongKey(database, database.vault);
    const rateLimits = new RateLimits(settings, settings.RATE_LIMIT_STORE === 'postgres' ? database.limitStore : null);
    const services = {
      database,
      seal: new CursorSeal(secret),
      signer: new Signer(secret),
      denials,
      keyUse,
      rateLimits,
      masterReadReason: settings.MASTER_READ_REASON,
      logger,
      resources,
      permissionTable,
      permissions,
      largeFields: promotion.largeFields,
    };
    const keys = new KeyCache(keyLookup(database, permissionTable), watch);
    watch.start(keys);
    keyUse.start();
    const app = await createHttpServer({
      settings,
      schema,
      logger,
      rateLimits,
      hooks: operationHooks,
      beginField,
      createContext: contextCreator(services, keys),
      readiness: () => readiness(database),
    });
    return {
      app,
      database,
      keyUse,
      close: (withinMs) => closeWithin(app, withinMs && withinMs * REQUESTS_SHARE).finally(close),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What keeps sessions from being safe is said in full: nobody but operators reads it. */
function reasonOf(error: unknown): string {
  const isUnsafe = error instanceof DatabaseUnavailableError && error.outage === 'unsafe';
  return isUnsafe ? messageOf(error.cause) : 'the database cannot be reached';
}

async function readiness(database: Database): Promise<{ ready: boolean; reasons: string[] }> {
  try {
    const reasons = await database.faults();
    return { ready: reasons.length === 0, reasons };
  } catch (error) {
    return { ready: false, reasons: [reasonOf(error)] };
  }
}
