/** Jest's global set-up: a PostgreSQL for the run, and the template in it. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '../../src/embedded-postgres/start-embedded';
import { citusUrl } from './citus';
import { publishRun } from './run';
import { asSuperuser } from './superuser';
import { dropRun, prepareTemplate } from './template';
import { afterRun, tearDown } from './teardown';

/** The data of a test run does not need to survive a power failure. */
const FAST = {
  scram_iterations: '1',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
};

async function temporaryServer(dataDir: string): Promise<string> {
  const server = await startEmbedded({ dataDir, log: () => undefined, unsafeSettings: FAST });
  afterRun(() => server.stop());
  const { password } = new URL(server.superuserUrl);
  await asSuperuser(server.superuserUrl, (client) => client.query(`ALTER ROLE CURRENT_USER PASSWORD '${password}'`));
  return server.superuserUrl;
}

/** Ctrl-C ends Jest without its global teardown. */
function tearDownOnSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => void tearDown().finally(() => process.exit(code)));
  }
}

export default async function setUp(): Promise<void> {
  tearDownOnSignals();
  const given = citusUrl() ?? process.env['TEST_DATABASE_URL'];
  const id = randomBytes(4).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-test-'));
  // PostgreSQL may run as another user.
  await chmod(folder, 0o711);
  afterRun(() => rm(folder, { recursive: true, force: true }));
  const superuserUrl = given ? given : await temporaryServer(join(folder, 'data'));
  const run = { id, folder, superuserUrl, template: `portcullis_template_${id}`, owner: `portcullis_owner_${id}` };
  try {
    if (given) afterRun(() => dropRun(run));
    publishRun({ ...run, ...(await prepareTemplate(run, join(folder, 'roles'))) });
  } catch (error) {
    await tearDown();
    throw error;
  }
}
