/**
 * Accounts, keys and the audit log: only data on standard output, names instead of ids, accounts where lists have
 * several.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { json, jsonLines, printedKeys, startCliTest, type CliTest, type Outcome } from './harness';
import { runPrinted } from './transcript';

let cli: CliTest;
beforeAll(async () => {
  cli = await startCliTest();
}, 60_000);
afterAll(() => cli.close());

interface Key {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

const keysOf = async (profile: string): Promise<Key[]> =>
  jsonLines(await cli.run(`keys list --profile ${profile} --json`)) as Key[];

describe('keys', () => {
  it('that are created are printed alone on standard output, and work', async () => {
    const account = await cli.run('accounts create acme-new --reason onboarding --profile ops');
    expect([account.code, account.stderr]).toEqual([0, expect.stringContaining('Account created: "acme-new".')]);
    expect((await cli.login('new', account.stdout)).code).toBe(0);
    const created = await cli.run([
      'keys',
      'create',
      'nightly build',
      '--role',
      'administrator',
      '--days',
      '3',
      '--profile',
      'new',
    ]);
    expect((await cli.login('build', created.stdout)).code).toBe(0);
    const rotated = await cli.run(['keys', 'rotate', 'nightly build', '--profile', 'build']);
    expect((await cli.login('third', rotated.stdout)).code).toBe(0);
  });

  it('get a custom role by its name; an unknown role is refused', async () => {
    const { createCustomRole: role } = await cli.dev.ask<{ createCustomRole: { id: string } }>(
      'mutation { createCustomRole(input: { name: "Release manager", permissions: ["agents:read"] }) { id } }',
    );
    await cli.login('dev-roles', cli.dev.key);
    const create = (name: string) => cli.run(['keys', 'create', 'deploy', '--role', name, '--profile', 'dev-roles']);
    const created = await create('Release manager');
    expect([created.code, created.stderr]).toEqual([0, expect.stringContaining('Key created')]);
    const { viewer } = await cli.testGateway
      .client(created.stdout.trim())
      .ask<{ viewer: object }>('{ viewer { role permissions } }');
    expect(viewer).toEqual({ role: 'Release manager', permissions: ['agents:read'] });
    const listed = await cli.run('keys roles --profile dev-roles');
    expect(listed.stdout).toMatch(new RegExp(`Release manager +agents:read +${role.id}`));
    const refused = await create('Release boss');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain(
      'has no role "Release boss". Every account has viewer, runner, creator, administrator',
    );
  });

  it('show their actual end while the grace period of a rotation runs', async () => {
    const [, old, next] = await keysOf('new');
    expect([old?.status, next?.revokedAt]).toEqual(['ACTIVE', null]);
    const { stdout } = await cli.run('keys list --profile new');
    const row = stdout.split('\n').find((line) => line.includes(old?.id ?? ''));
    expect(row).toContain('ACTIVE, replaced');
    expect(row).toContain(old?.revokedAt);
    expect(row).not.toContain(old?.expiresAt);
  });

  it('that expire within the grace period show their expiry as the end', async () => {
    await cli.run('keys create short --role viewer --days 1 --profile new');
    const { stderr } = await cli.run('keys rotate short --grace 604800 --profile new');
    const [old] = (await keysOf('new')).filter(({ name }) => name === 'short');
    expect(stderr).toContain(`ends ${old?.expiresAt}`);
    expect((await cli.run('keys list --profile new')).stdout).not.toContain(old?.revokedAt);
  });

  it('are selected by name or id; an ambiguous name is refused with a list', async () => {
    const before = await keysOf('new');
    const several = await cli.run(['keys', 'revoke', 'nightly build', '--profile', 'new', '--yes']);
    expect([several.code, several.stdout]).toEqual([1, '']);
    for (const { id } of before.filter(({ name }) => name === 'nightly build')) expect(several.stderr).toContain(id);
    expect(await keysOf('new')).toEqual(before);
    const [, old] = before;
    const revoked = await cli.run(`keys revoke ${old?.id} --profile new --yes`);
    expect([revoked.code, revoked.stderr]).toEqual([0, expect.stringContaining('revoked')]);
    const one = await cli.run(['keys', 'revoke', 'nightly build', '--profile', 'new', '--yes', '--json']);
    expect(json(one)).toMatchObject({ status: 'REVOKED' });
    const missing = await cli.run('keys revoke nonsense --profile new --yes');
    expect([missing.code, missing.stderr]).toEqual([
      1,
      'The account "acme-new" has no key "nonsense". List its keys with: portcullis keys list --profile new\n',
    ]);
  });

  it('of the profile itself are printed with the command that saves the new one', async () => {
    await cli.login('own', (await cli.run('keys create own --role administrator --profile new')).stdout);
    const rotated = await cli.run('keys rotate own --grace 60 --profile own');
    const saved = await runPrinted(cli, rotated.stderr, 'login', rotated.stdout);
    expect([saved.code, saved.stderr]).toEqual([0, expect.stringContaining('Profile "own" saved')]);
  });
});

describe('lists of several accounts', () => {
  it.each(['keys list', 'keys stale --days 0', 'keys expiring --days 365', 'access review', 'audit tail'])(
    'show the account of every row, and only where several show: %s',
    async (command) => {
      const all = await cli.run(`${command} --profile ops`);
      expect([all.code, all.stdout]).toEqual([0, expect.stringContaining('acme-new')]);
      const rows = jsonLines(await cli.run(`${command} --profile ops --json`));
      expect(rows).toContainEqual(expect.objectContaining({ account: 'acme-new' }));
      for (const row of rows) expect(row).toHaveProperty('account');
      const one = await cli.run(`${command} --account acme-new --profile ops`);
      expect(one.stdout).not.toContain('acme-new');
    },
  );
});

describe('accounts', () => {
  it('are named by their slug, and an unknown one is reported with the command that lists them', async () => {
    const { code, stderr } = await cli.run('accounts suspend nonsense --reason ticket --profile ops --yes');
    expect([code, stderr]).toEqual([
      1,
      'There is no account "nonsense". List the accounts with: portcullis accounts list --profile ops\n',
    ]);
  });

  it('are suspended, reactivated, closed and restored', async () => {
    for (const [verb, status] of [
      ['suspend', 'SUSPENDED'],
      ['reactivate', 'ACTIVE'],
      ['close', 'CLOSED'],
      ['restore', 'ACTIVE'],
    ] as const) {
      const yes = verb === 'suspend' || verb === 'close' ? ' --yes' : '';
      const changed = await cli.run(`accounts ${verb} acme-new --reason ticket --profile ops --json${yes}`);
      expect([changed.code, changed.stderr, json(changed)]).toEqual([
        0,
        `Account "acme-new" is now ${status}.\n`,
        expect.objectContaining({ slug: 'acme-new', status }),
      ]);
    }
  });

  it.each([
    ['accounts suspend acme-prod --profile ops --yes', '--reason'],
    ['accounts suspend acme-prod --profile dev --yes', 'needs a master key'],
    ['keys create x --role viewer --profile ops --reason ticket', 'needs --account SLUG'],
    ['keys list --account nonsense --profile ops', 'There is no account "nonsense"'],
  ])('print all accounts in a table: %s', async (args, words) => {
    const { code, stdout, stderr } = await cli.run(args);
    expect([code === 0, stdout, stderr]).toEqual([false, '', expect.stringContaining(words)]);
  });
});

describe('the audit log', () => {
  beforeAll(async () => {
    await cli.dev.ask('mutation Audited { createTool(input: { name: "=audited" }) { id } }');
    await cli.dev.ask('mutation { createTool(input: { name: "other" }) { id } }');
  });

  it.each([
    ['--resource =audited', 1],
    ['--type Tool --action CREATE', 2],
    ['--operation Audited', 1],
    ['--operation Audited --action DELETE', 0],
    ['--since 1h --type Tool', 2],
    ['--until 1h --type Tool', 0],
    ['--since 2026-01-01 --until 2026-01-02', 0],
    ['--actor nobody', 0],
    ['--request nothing', 0],
  ])('is filtered by %s', async (filter, count) => {
    const { code, stdout } = await cli.run(`audit tail ${filter} --profile dev --json`);
    expect([code, stdout.split('\n').length - 1]).toEqual([0, count]);
  });

  it('is printed as a stream, each event once and with its hash, from the beginning or after a given sequence number', async () => {
    const all = jsonLines(await cli.run('events tail --profile dev --json')) as { sequence: number; hash: string }[];
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index + 1));
    const [, ...others] = all.slice(-3);
    const rest = await cli.run(`events tail --after ${all.length - 2} --profile dev --json`);
    expect(jsonLines(rest)).toEqual(others);
    const beyond = await cli.run(`events tail --after 0 --profile ops`);
    expect([beyond.code, beyond.stderr]).toEqual([2, expect.stringContaining('--account')]);
  });

  it('refuses a filter by an unknown name', async () => {
    const { code, stderr } = await cli.run('audit tail --resource nothing --profile dev');
    expect([code, stderr]).toEqual([1, expect.stringContaining('No row is named "nothing"')]);
  });

  it('is exported and verified offline: complete, edited and truncated', async () => {
    expect((await cli.run('audit export --profile dev --output events.jsonl')).code).toBe(0);
    const { publicKey } = json(await cli.run('audit checkpoint --profile dev')) as { publicKey: string };
    const text = readFileSync(join(cli.folder, 'events.jsonl'), 'utf8');
    const verify = async (contents: string): Promise<Outcome> => {
      writeFileSync(join(cli.folder, 'kept.jsonl'), contents);
      const env = { XDG_CONFIG_HOME: '/nonexistent' };
      return cli.run(`audit verify kept.jsonl --public-key ${publicKey}`, { env });
    };
    expect([(await verify(text)).code, (await verify(text.replace('=audited', '=changed'))).code]).toEqual([0, 1]);
    const cut = text.trim().split('\n');
    cut.splice(-2, 1);
    expect((await verify(`${cut.join('\n')}\n`)).stdout).toContain('TRUNCATED');
    expect((await verify('nonsense')).stderr).toContain('is not an export');
    expect((await cli.run('audit verify --profile dev')).stdout).toContain('events intact');
    const csv = await cli.run('audit export --format csv --account acme-dev --profile ops');
    expect(csv.stdout.split('\n')[0]).toContain('accountId,sequence');
  });

  it('of the platform is exported and verified by master keys only', async () => {
    const { publicKey } = json(await cli.run('audit checkpoint --profile dev')) as { publicKey: string };
    expect((await cli.run('audit export --platform --profile ops --output platform.jsonl')).code).toBe(0);
    const platform = await cli.run(`audit verify platform.jsonl --public-key ${publicKey}`);
    expect([platform.code, platform.stdout]).toEqual([0, expect.stringMatching(/^00000000-.*: \d+ events intact/)]);
    expect((await cli.run('audit verify --platform --profile ops')).code).toBe(0);
    expect((await cli.run('audit export --platform --profile dev')).stderr).toContain('needs a master key');
  });

  it('is verified against a checkpoint, and not against other files', async () => {
    const kept = await cli.run('audit checkpoint --profile dev');
    writeFileSync(join(cli.folder, 'checkpoint.json'), kept.stdout);
    expect((await cli.run('audit verify --checkpoint checkpoint.json --profile dev')).code).toBe(0);
    writeFileSync(join(cli.folder, 'other.json'), '{"sequence": 1}');
    const { code, stderr } = await cli.run('audit verify --checkpoint other.json --profile dev');
    expect([code, stderr]).toEqual([1, expect.stringContaining('is not a checkpoint')]);
  });

  it('is written to devices directly', async () => {
    expect((await cli.run('audit export --profile dev --output /dev/null')).code).toBe(0);
    expect((await cli.run('export --profile dev --output /dev/null')).code).toBe(0);
    expect(readFileSync('/dev/null', 'utf8')).toBe('');
  });
});

it('no command prints a key that it was given', () => {
  expect(printedKeys(cli)).toEqual([]);
});
