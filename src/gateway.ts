/** The gateway put together: database, schema and server; what main.ts and the tests start and stop. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config';
import { CursorSeal } from './db/cursor';
import { Database } from './db/database';
import { keyLookup } from './db/keys';
import type { RoleUrls } from './db/migrate';
import { SetupError } from './db/roles';
import { createHttpServer, type HttpParts } from './graph/http';
import { contextOpener } from './graph/open';
import { buildGatewaySchema } from './graph/schema';
import { entities, resolvers, resources } from './resources';

export interface GatewayParts extends RoleUrls {
  readonly settings: HttpParts['settings'] & Pick<Config, 'POOL_SIZE'>;
  /** 32 bytes. */
  readonly secret: Buffer;
  readonly logger: Logger;
}

export interface Gateway {
  readonly app: FastifyInstance;
  readonly database: Database;
  /** Finishes what was accepted, then lets go of the database. */
  close(): Promise<void>;
}

async function refuseFaults(database: Database): Promise<void> {
  const faults = await database.faults();
  if (faults.length > 0)
    throw new SetupError(
      `The database would not keep accounts apart:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
}

/** @throws SetupError when the database would not keep accounts apart. */
export async function createGateway({
  settings,
  secret,
  logger,
  tenantUrl,
  operatorUrl,
}: GatewayParts): Promise<Gateway> {
  const schema = buildGatewaySchema(resolvers);
  const database = await Database.open({
    tenantUrl,
    operatorUrl,
    poolSize: settings.POOL_SIZE,
    entities,
    onError: (error) => logger.warn({ error: error.message }, 'A database connection was lost'),
  });
  try {
    await refuseFaults(database);
    const services = { database, seal: new CursorSeal(secret), logger, resources };
    const app = await createHttpServer({
      settings,
      schema,
      logger,
      openContext: contextOpener(services, keyLookup(database)),
      readiness: () => readiness(database),
    });
    return { app, database, close: () => app.close().finally(() => database.close()) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function readiness(database: Database): Promise<{ ready: boolean; reasons: string[] }> {
  try {
    const reasons = await database.faults();
    return { ready: reasons.length === 0, reasons };
  } catch {
    return { ready: false, reasons: ['the database cannot be reached'] };
  }
}
