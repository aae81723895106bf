/** What the command line promises: streams, exit codes, refusals, and that no key is ever seen. */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { openDesk, outcomeOf, type Desk, type Outcome } from './harness';

const BUNDLE = 'schemaVersion: 1\ntools:\n  - name: search orders\n';

let desk: Desk;
/** Everything that any command said, but those that make keys. */
const said: string[] = [];
beforeAll(async () => {
  desk = await openDesk();
  writeFileSync(join(desk.folder, 'bundle.yaml'), BUNDLE);
}, 60_000);
afterAll(() => desk.close());

async function run(args: string, options?: Parameters<Desk['run']>[1]): Promise<Outcome> {
  const outcome = await desk.run(args.split(' '), options);
  said.push(outcome.stdout, outcome.stderr);
  return outcome;
}

const json = ({ stdout }: Outcome): unknown => JSON.parse(stdout);
const lines = ({ stdout }: Outcome): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('profiles', () => {
  it('are files of their owner alone, in a folder of its owner alone', () => {
    expect(statSync(desk.profiles).mode & 0o777).toBe(0o700);
    expect(statSync(join(desk.profiles, 'dev.json')).mode & 0o777).toBe(0o600);
  });

  it('that others may read are refused with the cure, by every command and the doctor', async () => {
    const file = join(desk.profiles, 'dev.json');
    chmodSync(file, 0o644);
    for (const command of ['whoami', 'doctor']) {
      const { code, stdout, stderr } = await run(`${command} --profile dev`);
      expect([code, `${stdout}${stderr}`]).toEqual([1, expect.stringContaining(`chmod 600 ${file}`)]);
    }
    chmodSync(file, 0o600);
  });

  it('are not saved for a key that is mistyped or refused', async () => {
    const stranger = formatKey({ kind: 'account', keyId: newId(), secret: newSecret() });
    const refusals = [
      ['nonsense', 'That is no key'],
      [`${desk.dev.key}x`, 'That is no key'],
      [stranger, 'UNAUTHENTICATED'],
    ] as const;
    for (const [key, words] of refusals) {
      const { code, stderr } = await desk.login('bad', key);
      expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
      expect(stderr).not.toContain(key);
    }
    expect((await run('whoami --profile bad')).stderr).toContain('There is no profile "bad"');
  });

  it('are listed and removed, and say whose they are', async () => {
    await desk.login('spare', desk.dev.key);
    expect((await run('profiles')).stdout).toMatch(/spare +acme-dev/);
    expect(json(await run('logout --profile spare --json'))).toEqual({ profile: 'spare', removed: true });
    expect(json(await run('whoami --profile dev --json'))).toMatchObject({
      account: { slug: 'acme-dev' },
      kind: 'ACCOUNT',
    });
  });
});

describe('exit codes', () => {
  it.each([
    [0, 'whoami --profile ops'],
    [0, 'plan --help'],
    [1, 'accounts list --profile dev'],
    [1, 'plan missing.yaml --profile dev'],
    [2, 'plan --profile dev'],
    [2, 'nonsense'],
    [2, 'keys list --profile dev --days x'],
    [2, 'export --profile ops'],
    [2, 'apply bundle.yaml --profile dev'],
    [2, 'audit verify events.jsonl'],
    [3, 'plan bundle.yaml --profile dev'],
  ])('are %i for: %s', async (code, args) => {
    expect((await run(args)).code).toBe(code);
  });

  it.each([
    [0, 'whoami --profile ops'],
    [1, 'plan missing.yaml --profile dev'],
    [2, 'nonsense'],
    [3, 'plan bundle.yaml --profile dev'],
  ])('are those of the process: %i', async (code, args) => {
    const outcome = await outcomeOf(desk.start(args.split(' ')));
    said.push(outcome.stdout, outcome.stderr);
    expect(outcome.code).toBe(code);
  });
});

describe('a mistake of account', () => {
  it('is refused in words, with nothing stored', async () => {
    await run('plan bundle.yaml --profile staging --out plan.json');
    expect((await run('undo --profile prod --yes')).stderr).toContain('Nothing was ever imported');
    const refusals = [
      ['apply plan.json --profile prod --yes', 'was planned for the account "acme-staging"'],
      ['apply bundle.yaml --account acme-prod --profile dev --yes', 'the command is for "acme-prod"'],
      ['promote --from dev --to dev --yes', 'the same profile'],
      ['accounts suspend acme-prod --profile dev --yes', 'needs a master key'],
    ] as const;
    for (const [args, words] of refusals) {
      const { code, stdout, stderr } = await run(args);
      expect([code === 0, stdout, stderr]).toEqual([false, '', expect.stringContaining(words)]);
    }
    const { tools } = await desk.testGateway.master.ask<{ tools: { totalCount: number } }>('{ tools { totalCount } }');
    expect(tools.totalCount).toBe(0);
  });

  it('is refused when two profiles are of one account', async () => {
    await desk.login('twin', desk.dev.key);
    const { code, stderr } = await run('promote --from dev --to twin --yes');
    expect([code, stderr]).toEqual([1, expect.stringContaining('both for the account "acme-dev"')]);
  });
});

describe('bad files', () => {
  it.each([
    ['a folder', 'folder', 'is a folder'],
    ['nothing', 'empty.yaml', 'is empty'],
    ['bytes', 'binary.yaml', 'is no text'],
    ['too much', 'large.yaml', 'bytes'],
    ['no YAML', 'broken.yaml', 'BAD_USER_INPUT'],
    ['a plan that was tampered with', 'forged.json', 'Plan again'],
  ])('are told in a sentence: %s', async (_what, file, words) => {
    mkdirSync(join(desk.folder, 'folder'), { recursive: true });
    writeFileSync(join(desk.folder, 'empty.yaml'), ' \n');
    writeFileSync(join(desk.folder, 'binary.yaml'), Buffer.from([1, 0, 255]));
    writeFileSync(join(desk.folder, 'large.yaml'), 'x'.repeat(3 * 1024 * 1024));
    writeFileSync(join(desk.folder, 'broken.yaml'), 'tools: [');
    writeFileSync(join(desk.folder, 'forged.json'), '{"form":"portcullis-plan-1"}');
    const { code, stdout, stderr } = await run(`apply ${file} --profile dev --yes`);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(words)]);
    expect(stderr).not.toMatch(/ {4}at |Unexpected/);
  });
});

const SERVER =
  'name: tides\ntransport: sse\nconfig: { url: https://tides.example }\nregion: north\nauthentication:\n  type: bearer-token\n  token: <INSERT VALUE>\n';

describe('a file of GL AIP', () => {
  it('is planned with a report and applied, its secret from a variable or a file, and refused where it is wrong', async () => {
    writeFileSync(join(desk.folder, 'server.yaml'), SERVER);
    writeFileSync(join(desk.folder, 'secrets'), 'TIDES_TOKEN=hunter2\n');
    const bare = await run('plan server.yaml --profile staging');
    expect(bare.code).toBe(1);
    expect(bare.stderr).toContain('line 4, region: has no equivalent');
    expect(bare.stderr).toContain('give it in --secrets-file, or as PORTCULLIS_SECRET_TIDES_TOKEN');
    const env = { PORTCULLIS_SECRET_TIDES_TOKEN: 'hunter2' };
    expect((await run('plan server.yaml --profile staging --out tides.json', { env })).code).toBe(3);
    const applied = await run('apply tides.json --profile staging --yes', { env });
    expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('create McpServer "tides"')]);
    await run(`undo ${applied.stdout.trim()} --profile staging --yes`);
    const again = await run('apply server.yaml --secrets-file secrets --profile staging --yes');
    expect(again.code).toBe(0);
    await run(`undo ${again.stdout.trim()} --profile staging --yes`);
    writeFileSync(join(desk.folder, 'wrong.yaml'), SERVER.replace('https://tides.example', 'nowhere'));
    const wrong = await run('plan wrong.yaml --profile staging');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('line 3, config.url')]);
    expect([bare, applied, again].map(({ stderr }) => stderr).join('')).not.toContain('hunter2');
  });
});

describe('for machines', () => {
  it('standard output is JSON and nothing else', async () => {
    expect(json(await run('plan bundle.yaml --profile dev --json'))).toMatchObject({
      account: 'acme-dev',
      summary: { create: 1 },
    });
    const applied = json(await run('apply bundle.yaml --profile dev --yes --json')) as { importId: string };
    expect(applied).toMatchObject({ account: 'acme-dev', summary: { create: 1, update: 0 } });
    expect(json(await run('export --profile dev --json'))).toMatchObject({ tools: [{ name: 'search orders' }] });
    expect(json(await run(`undo ${applied.importId} --profile dev --yes --json`))).toMatchObject({
      summary: { delete: 1 },
    });
    const accounts = lines(await run('accounts list --profile ops --json'));
    expect(accounts).toEqual(expect.arrayContaining([expect.objectContaining({ slug: 'acme-prod' })]));
    // The role follows from what keys were used for, which is stored when the clock says so: null until then.
    expect(lines(await run('access review --profile dev --json'))[0]).toHaveProperty('leastRole');
  });

  it('a key that was made is alone on standard output, and works', async () => {
    const made = await desk.run(['accounts', 'create', 'acme-new', '--reason', 'a test', '--profile', 'ops']);
    expect([made.code, (await desk.login('new', made.stdout)).code]).toEqual([0, 0]);
    const second = await desk.run(['keys', 'create', 'build', '--days', '3', '--profile', 'new']);
    expect((await desk.login('build', second.stdout)).code).toBe(0);
    const [, key] = lines(await run('keys list --profile new --json')) as { id: string }[];
    const third = await desk.run(['keys', 'rotate', key?.id ?? '', '--grace', '0', '--profile', 'new']);
    expect((await desk.login('third', third.stdout)).code).toBe(0);
  });

  it('a master key that gives no reason is told how to', async () => {
    const { code, stderr } = await run('accounts suspend acme-prod --profile ops --yes');
    expect([code, stderr]).toEqual([1, expect.stringContaining('--reason')]);
  });

  it('colours are for terminals, unless they are forced', async () => {
    expect((await run('plan bundle.yaml --profile dev')).stdout).not.toContain('\u001b');
    const forced = desk.start(['plan', 'bundle.yaml', '--profile', 'dev'], { env: { FORCE_COLOR: '1' } });
    expect((await outcomeOf(forced)).stdout).toContain('\u001b[32m');
  });

  it('a reader that leaves early is no failure', async () => {
    const child = desk.start(['accounts', 'list', '--profile', 'ops', '--json']);
    child.stdout.destroy();
    const { code, stderr } = await outcomeOf(child);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('Ctrl-C ends a command at once, and no half of a file is left', async () => {
    const child = desk.start(['audit', 'tail', '--follow', '--profile', 'dev']);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const { code, stderr } = await outcomeOf(child);
    expect([code, stderr]).toEqual([130, '']);
  });
});

describe('at a terminal', () => {
  const terminal = true;
  const count = async (): Promise<number> =>
    (await desk.staging.ask<{ mcpServers: { totalCount: number } }>('{ mcpServers { totalCount } }')).mcpServers
      .totalCount;

  it('is asked once, and only yes is yes', async () => {
    const server = 'schemaVersion: 1\nmcpServers:\n  - name: asked\n    config: { url: https://m.example }\n';
    writeFileSync(join(desk.folder, 'asked.yaml'), server);
    const before = await count();
    for (const input of ['n', '', 'maybe']) {
      const { code, stdout, stderr } = await run('apply asked.yaml --profile staging', { terminal, input });
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('Nothing was changed.')]);
      expect(stderr).toContain('Apply to the account "acme-staging": 1 to create');
    }
    expect(await count()).toBe(before);
    const { code, stdout } = await run('apply asked.yaml --profile staging', { terminal, input: 'y' });
    expect([code, await count()]).toEqual([0, before + 1]);
    // Without an id, what was imported last.
    const undone = await run('undo --profile staging', { terminal, input: 'yes' });
    expect(undone.stderr).toContain(`The last import is ${stdout.trim()}`);
    expect([undone.code, await count()]).toEqual([0, before]);
  });

  it('secrets and keys are asked for unseen', async () => {
    writeFileSync(join(desk.folder, 'server.yaml'), SERVER.replace('tides', 'floods'));
    const input = 'hunter2\ny';
    const applied = await run('apply server.yaml --profile staging', { terminal, input });
    expect([applied.code, applied.stderr]).toEqual([
      0,
      expect.stringContaining('Secret FLOODS_TOKEN of the McpServer'),
    ]);
    expect(`${applied.stdout}${applied.stderr}`).not.toContain('hunter2');
    await run(`undo ${applied.stdout.trim()} --profile staging --yes`);
    const login = ['login', '--profile', 'typed', '--url', desk.url];
    const typed = await desk.run(login, { terminal, input: desk.dev.key });
    expect([typed.code, typed.stdout, typed.stderr.includes(desk.dev.key)]).toEqual([0, '', false]);
  });
});

describe('the record', () => {
  it('is exported, and checked offline: whole, edited and cut off', async () => {
    await desk.dev.ask('mutation { createTool(input: { name: "=audited" }) { id } }');
    expect((await run('audit export --profile dev --output events.jsonl')).code).toBe(0);
    const { publicKey } = json(await run('audit checkpoint --profile dev')) as { publicKey: string };
    const text = readFileSync(join(desk.folder, 'events.jsonl'), 'utf8');
    const verify = async (contents: string): Promise<Outcome> => {
      writeFileSync(join(desk.folder, 'kept.jsonl'), contents);
      return run(`audit verify kept.jsonl --public-key ${publicKey}`, { env: { XDG_CONFIG_HOME: '/nonexistent' } });
    };
    expect([(await verify(text)).code, (await verify(text.replace('=audited', '=changed'))).code]).toEqual([0, 1]);
    const cut = text.trim().split('\n');
    cut.splice(-2, 1);
    expect((await verify(`${cut.join('\n')}\n`)).stdout).toContain('TRUNCATED');
    expect((await verify('no export')).stderr).toContain('is no export');
    expect((await run('audit verify --profile dev')).stdout).toContain('events intact');
    expect((await run('audit export --platform --profile ops --output platform.jsonl')).code).toBe(0);
    const platform = await run(`audit verify platform.jsonl --public-key ${publicKey}`);
    expect([platform.code, platform.stdout]).toEqual([0, expect.stringMatching(/^00000000-.*: \d+ events intact/)]);
    expect((await run('audit verify --platform --profile ops')).code).toBe(0);
    expect((await run('audit export --platform --profile dev')).stderr).toContain('needs a master key');
    const csv = await run('audit export --format csv --account acme-dev --profile ops');
    expect(csv.stdout.split('\n')[0]).toContain('accountId,sequence');
  });
});

it('no command ever shows a key that it was given', () => {
  const secrets = [desk.dev, desk.staging, desk.prod, desk.testGateway.master].map(
    ({ key }) => key.split('_')[3] ?? '',
  );
  expect(said.length).toBeGreaterThan(50);
  expect(secrets.filter((secret) => secret === '' || said.some((text) => text.includes(secret)))).toEqual([]);
});
