/** Gives the gateway's database roles new passwords, on purpose: npm run --silent roles -- repair. */
import type { Config } from '../../config';
import { repair } from '../../db/setup/migrate';
import { withStoppedDatabase } from './database';
import { runTool } from './run-tool';

const USAGE = `npm run --silent roles -- repair
  Gives the roles that the gateway created new passwords, and stores them in DATA_DIR. Stop every gateway of the database
  first: with the old passwords they can no longer connect.
`;

async function run(config: Config, ownerUrl: string): Promise<void> {
  const names = await repair(ownerUrl, config);
  process.stdout.write(`New passwords, stored in ${config.DATA_DIR}: ${names.join(', ')}\n`);
}

async function main(): Promise<number> {
  if (process.argv.slice(2).join(' ') !== 'repair') {
    process.stderr.write(USAGE);
    return 2;
  }
  await withStoppedDatabase(run);
  return 0;
}

runTool(main);
