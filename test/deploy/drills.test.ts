/** Runs the drills of docs/operations/drills.md as the page describes, on a gateway with two accounts. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createEmptyDatabase, secretOf, settingsOf, type TestDatabase } from '../harness/database';
import { seed } from '../harness/factories';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { freePort } from '../harness/ports';
import { newFolder } from '../harness/run';

const PROJECT = resolve(__dirname, '../..');
const RUN = `${process.execPath} -r reflect-metadata -r ${join(PROJECT, 'test/harness/typescript.js')} ${PROJECT}/src`;

const folder = newFolder();
const scratch: TestDatabase[] = [];
let tenants: TwoTenants;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  tenants = await createTwoTenants();
  await seed(tenants.acme, 'Acme');
  await tenants.gateway.flushCounters();
  environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    PORTCULLIS: `${RUN}/cli/main.ts`,
    SECRETS: `${RUN}/cli/tools/secrets.ts`,
    START: `${RUN}/main.ts`,
    ...settingsOf(tenants.database),
    SECRETS_KEY: secretOf(tenants.database).toString('hex'),
    BACKUP: join(folder, 'portcullis.backup'),
    PORTCULLIS_URL: await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 }),
  };
});
afterAll(async () => {
  await tenants.close();
  for (const database of scratch) await database.drop();
});

/** The commands of one drill, as they are on the page. */
function commandsOf(drill: string): string {
  const page = readFileSync(join(PROJECT, 'docs/operations/drills.md'), 'utf8');
  const [, commands = ''] = new RegExp(`^\`\`\`sh drill=${drill}\\n([^]*?)^\`\`\`$`, 'm').exec(page) ?? [];
  expect(commands).not.toBe('');
  return commands;
}

async function run(drill: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const database = await createEmptyDatabase();
  scratch.push(database);
  const env = { ...environment, SCRATCH_DATABASE_URL: database.ownerUrl, ...more };
  return new Promise((done, fail) => {
    execFile('bash', ['-euc', commandsOf(drill)], { env, cwd: PROJECT }, (error, stdout, stderr) =>
      error ? fail(new Error(`${stdout}${stderr}`)) : done(stdout),
    );
  });
}

it('a backup is restored, upgraded, and gets a new secrets key', async () => {
  expect(await run('backup-and-restore')).toMatch(/audit events verified[^]*The backup can be restored/);
  expect(await run('upgrade', { PORT: `${await freePort()}` })).toContain('has migrated the copy and served from it');
  expect(await run('rotate-secrets-key')).toContain('there and back');
}, 120_000);

it('a master key is replaced by another, and created again when all are lost', async () => {
  const isAccepted = async (key: string): Promise<boolean> =>
    (await tenants.client(key).send('{ viewer { kind } }')).errors.length === 0;
  const created = await run('rotate-master-key', { PORTCULLIS_KEY: tenants.master.key });
  expect(created).toMatch(/^pcl_master_\S+\n$/);
  expect([await isAccepted(tenants.master.key), await isAccepted(created.trim())]).toEqual([false, true]);
  expect(await run('recover-key')).toContain('that of this drill is revoked');
}, 60_000);
