/** Gives the database roles of the gateway new passwords, on purpose: npm run --silent roles -- repair. */
import { readConfig, type Config } from '../../config';
import { repair } from '../../db/setup/migrate';
import { startEmbedded } from '../../embedded-postgres/start-embedded';

const USAGE = `npm run --silent roles -- repair
  Gives the roles that the gateway made new passwords and keeps them in DATA_DIR. Stop every gateway of the database
  first: those that use the old passwords lose it.
`;

async function run(config: Config, ownerUrl: string): Promise<void> {
  const names = await repair(ownerUrl, config);
  process.stdout.write(`New passwords, kept in ${config.DATA_DIR}: ${names.join(', ')}\n`);
}

async function main(): Promise<number> {
  if (process.argv.slice(2).join(' ') !== 'repair') {
    process.stderr.write(USAGE);
    return 2;
  }
  const config = readConfig();
  if (config.DATABASE_URL !== undefined) {
    await run(config, config.DATABASE_URL);
    return 0;
  }
  const server = await startEmbedded({ dataDir: config.DATA_DIR, log: () => undefined });
  await run(config, server.url).finally(() => server.stop());
  return 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
