/** The key that a command uses: profiles, and credentials from the environment. */
import { chmodSync, lstatSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { json, printedKeys, startCliTest, type CliTest } from './harness';
import { describePackage } from './package';

let cli: CliTest;
beforeAll(async () => {
  cli = await startCliTest();
}, 60_000);
afterAll(() => cli.close());

describe('profiles', () => {
  it('are files of mode 0600 in a folder of mode 0700, without leftovers', () => {
    expect(statSync(cli.profiles).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(cli.profiles)) expect(statSync(join(cli.profiles, file)).mode & 0o777).toBe(0o600);
    expect(readdirSync(cli.profiles).sort()).toEqual(['dev.json', 'ops.json', 'prod.json', 'staging.json']);
  });

  it('that other users may read are refused with the chmod that fixes them', async () => {
    const file = join(cli.profiles, 'dev.json');
    chmodSync(file, 0o644);
    for (const command of ['whoami', 'doctor']) {
      const { code, stdout, stderr } = await cli.run(`${command} --profile dev`);
      expect([code, `${stdout}${stderr}`]).toEqual([1, expect.stringContaining(`chmod 600 ${file}`)]);
    }
    chmodSync(file, 0o600);
  });

  it.each([
    ['nothing', '', 'Not a valid API key: nothing was given'],
    ['nonsense', 'nonsense', 'Not a valid API key: a part is missing or mistyped'],
    ['an unknown key', formatKey({ kind: 'account', keyId: newId(), secret: newSecret() }), 'UNAUTHENTICATED'],
  ])('are not saved for %s', async (_what, key, words) => {
    const { code, stdout, stderr } = await cli.login('bad', key);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(words)]);
    if (key !== '') expect(stderr).not.toContain(key);
    expect(readdirSync(cli.profiles)).not.toContain('bad.json');
  });

  it('that are damaged are refused without revealing their content', async () => {
    writeFileSync(join(cli.profiles, 'damaged.json'), `{"url":"${cli.url}","key":"${cli.dev.key}",`, { mode: 0o600 });
    const { code, stderr } = await cli.run('whoami --profile damaged');
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('is not a valid profile. Replace it with: portcullis login --profile damaged'),
    ]);
    await cli.run('logout --profile damaged');
  });

  it('are listed with their owner, and are removed', async () => {
    await cli.login('spare', cli.dev.key);
    expect((await cli.run('profiles')).stdout).toMatch(/spare +acme-dev/);
    expect(json(await cli.run('logout --profile spare --json'))).toEqual({ profile: 'spare', removed: true });
    expect((await cli.run('logout --profile spare')).stderr).toContain('There was no profile "spare"');
    expect((await cli.run('whoami --profile spare')).stderr).toContain(
      'There is no profile "spare". Create it with: portcullis login --profile spare',
    );
  });

  it('keep their address if a new key is saved without one', async () => {
    await cli.login('kept', cli.dev.key);
    const { code, stderr } = await cli.run('login --profile kept', { input: cli.dev.key });
    expect([code, stderr]).toEqual([0, `Profile "kept" saved: account acme-dev at ${cli.url}.\n`]);
    expect(lstatSync(join(cli.profiles, 'kept.json')).mode & 0o777).toBe(0o600);
  });
});

describe('credentials from the environment', () => {
  const staging = (): NodeJS.ProcessEnv => ({ PORTCULLIS_URL: `${cli.url}/graphql`, PORTCULLIS_KEY: cli.staging.key });
  const slugOf = async (args: string, env: NodeJS.ProcessEnv): Promise<unknown> =>
    json(await cli.run(`${args} --json`, { env }));

  it('need no profile, and have lower priority than --profile and higher than PORTCULLIS_PROFILE', async () => {
    const home = { XDG_CONFIG_HOME: '/nonexistent' };
    const acme = (environment: string): object => ({ account: { slug: `acme-${environment}` } });
    expect(await slugOf('whoami', { ...staging(), ...home })).toMatchObject(acme('staging'));
    expect(await slugOf('whoami --profile dev', staging())).toMatchObject(acme('dev'));
    expect(await slugOf('whoami', { ...staging(), PORTCULLIS_PROFILE: 'prod' })).toMatchObject(acme('staging'));
    expect(await slugOf('whoami', { PORTCULLIS_PROFILE: 'prod' })).toMatchObject(acme('prod'));
    expect((await cli.run('doctor', { env: { ...staging(), ...home } })).code).toBe(0);
  });

  it.each([
    ['a key without an address', { PORTCULLIS_URL: '' }, 'PORTCULLIS_URL is not'],
    ['a mistyped key', { PORTCULLIS_KEY: 'pcl_live_x' }, 'PORTCULLIS_KEY is not a valid API key'],
    ['something that is not an address', { PORTCULLIS_URL: 'gateway:4000' }, 'must begin with http:// or https://'],
    ['an address with a password', { PORTCULLIS_URL: 'http://a:b@127.0.0.1' }, 'Leave user and password out'],
  ])('are refused: %s', async (_what, env, words) => {
    const { code, stdout, stderr } = await cli.run('whoami', { env: { ...staging(), ...env } });
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(words)]);
  });

  it('are named if their account does not match', async () => {
    const { code, stderr } = await cli.run('export --account acme-prod', { env: staging() });
    expect([code, stderr]).toEqual([
      1,
      'Refused: PORTCULLIS_KEY has a key of the account "acme-staging", and the command is for "acme-prod". Use a key of "acme-prod".\n',
    ]);
  });
});

describePackage(() => cli);

it('no command prints a key that it was given', () => {
  expect(printedKeys(cli)).toEqual([]);
});
