/** The configured database, for commands that run next to the gateway. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, type Config } from '../../config';
import { runningEmbedded, startEmbedded } from '../../embedded-postgres/start-embedded';

export interface LocalDatabase {
  readonly config: Config;
  readonly ownerUrl: string;
  /** Its name in messages. */
  readonly setting: string;
}

/**
 * Runs on the database in DATABASE_URL, or on the embedded one: on a gateway's running server or, if there is none, on
 * one started for this purpose.
 * @param mayCreate whether to create an embedded database if there is none.
 * @throws EmbeddedError when there is none.
 */
export async function withDatabase<Result>(
  work: (database: LocalDatabase) => Promise<Result>,
  mayCreate = false,
): Promise<Result> {
  const config = readConfig();
  const { DATABASE_URL, DATA_DIR } = config;
  if (DATABASE_URL !== undefined) return work({ config, ownerUrl: DATABASE_URL, setting: 'DATABASE_URL' });
  const setting = 'The embedded PostgreSQL';
  const isNew = mayCreate && !existsSync(join(DATA_DIR, 'postgres'));
  const running = isNew ? null : await runningEmbedded(DATA_DIR);
  if (running !== null) return work({ config, ownerUrl: running, setting });
  const server = await startEmbedded({ dataDir: DATA_DIR, log: () => undefined });
  return work({ config, ownerUrl: server.url, setting }).finally(() => server.stop());
}

/** Runs on the database in DATABASE_URL, or on the embedded one of a stopped gateway. */
export async function withStoppedDatabase(work: (config: Config, ownerUrl: string) => Promise<void>): Promise<void> {
  const config = readConfig();
  if (config.DATABASE_URL !== undefined) return work(config, config.DATABASE_URL);
  const server = await startEmbedded({ dataDir: config.DATA_DIR, log: () => undefined });
  await work(config, server.url).finally(() => server.stop());
}
