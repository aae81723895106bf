/** Promotion with the command line: files, saved plans, printed commands, undo. */
import { mkdirSync, statSync, symlinkSync, chmodSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { json, printedKeys, startCliTest, type CliTest } from './harness';
import { runPrinted } from './transcript';

const BUNDLE = 'schemaVersion: 1\ntools:\n  - name: search orders\n';

let cli: CliTest;
const write = (file: string, text: string | Buffer): void => writeFileSync(join(cli.folder, file), text);

beforeAll(async () => {
  cli = await startCliTest();
  write('bundle.yaml', BUNDLE);
}, 60_000);
afterAll(() => cli.close());

const toolsOf = async (account: 'dev' | 'staging' | 'prod'): Promise<unknown> =>
  (await cli[account].ask<{ tools: { nodes: unknown } }>('{ tools { nodes { name description } } }')).tools.nodes;

describe('the wrong account', () => {
  it.each([
    [
      'apply plan.json --profile prod --yes',
      'was planned for the account "acme-staging", and the profile "prod" is for "acme-prod"',
    ],
    ['apply bundle.yaml --account acme-prod --profile dev --yes', 'the command is for "acme-prod"'],
    ['promote --from dev --to dev --yes', 'the same profile'],
    ['promote --from dev --to twin --yes', 'both for the account "acme-dev"'],
    ['undo --profile prod --yes', 'The account "acme-prod" has no imports'],
  ])('is refused with an explanation, and nothing is stored: %s', async (args, words) => {
    await cli.login('twin', cli.dev.key);
    await cli.run('plan bundle.yaml --profile staging --out plan.json');
    const { code, stdout, stderr } = await cli.run(args);
    expect([code === 0, stdout, stderr]).toEqual([false, '', expect.stringContaining(words)]);
    for (const account of ['dev', 'staging', 'prod'] as const) expect(await toolsOf(account)).toEqual([]);
  });
});

describe('an unusable file', () => {
  it.each<[string, string, () => void, string]>([
    ['a folder', 'folder', () => mkdirSync(join(cli.folder, 'folder')), 'it is a folder; name a file'],
    ['a missing file', 'missing.yaml', () => undefined, 'there is no such file or folder'],
    ['an empty file', 'empty.yaml', () => write('empty.yaml', ' \n'), 'is empty'],
    ['bytes', 'binary.yaml', () => write('binary.yaml', Buffer.from([1, 0, 255])), 'is not text in UTF-8'],
    [
      'a bundle that is too large',
      'large.yaml',
      () => write('large.yaml', 'x'.repeat(9 * 1024 * 1024)),
      'at most 8388608 are read',
    ],
    [
      'broken YAML',
      'broken.yaml',
      () => write('broken.yaml', 'schemaVersion: 1\ntools:\n  - name: {{ .Values.name }}\n'),
      'broken.yaml:3: this is not YAML: {{ … }}',
    ],
    [
      'a long text of broken YAML, which is parsed in another thread',
      'long.yaml',
      () => write('long.yaml', `schemaVersion: 1\n${'# a comment\n'.repeat(1_000)}tools:\n  - name: @x\n`),
      'long.yaml:1003: this is not YAML: a value that begins with @',
    ],
    ['a list', 'list.yaml', () => write('list.yaml', '- a\n'), 'list.yaml:1: a bundle is an object'],
    ['an edited plan', 'edited.json', () => write('edited.json', '{"form":"portcullis-plan-1"}'), 'Plan again'],
  ])('is refused with one sentence: %s', async (_what, file, make, words) => {
    make();
    const { code, stdout, stderr } = await cli.run(`apply ${file} --profile dev --yes`);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(words)]);
    expect(stderr).not.toMatch(/ {4}at |Unexpected|ENOENT|EISDIR/);
  });

  it.each([
    ['missing/plan.json', 'there is no such file or folder'],
    ['bundle.yaml/plan.json', 'a part of the path is a file'],
    ['folder', 'it is a folder'],
  ])('is refused as output: %s', async (path, words) => {
    const { code, stderr } = await cli.run(`plan bundle.yaml --profile dev --out ${path}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${path} cannot be written: ${words}`)]);
  });

  it('is refused with all problems, each with its file, line and path', async () => {
    write(
      'wrong.yaml',
      'schemaVersion: 1\nagents:\n' +
        ['a', 'b']
          .map(
            (name) =>
              `  - name: ${name}\n    framework: LANGGRAPH\n    model: { provider: p, name: m }\n    tools: [missing]\n`,
          )
          .join(''),
    );
    const { code, stdout, stderr } = await cli.run('apply wrong.yaml --profile dev --yes');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^wrong\.yaml:6: agents\[0\]\.tools.*\nwrong\.yaml:10: agents\[1\]\.tools.*\n/);
  });
});

it('an output file keeps its mode and its symbolic link, and is private only if necessary', async () => {
  const file = join(cli.folder, 'kept.yaml');
  write('kept.yaml', 'old');
  chmodSync(file, 0o600);
  symlinkSync(file, join(cli.folder, 'link.yaml'));
  expect((await cli.run('export --profile dev --output link.yaml')).code).toBe(0);
  expect(lstatSync(join(cli.folder, 'link.yaml')).isSymbolicLink()).toBe(true);
  expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8')]).toEqual([
    0o600,
    expect.stringContaining('schemaVersion'),
  ]);
});

const SERVER =
  'name: tides\ntransport: sse\nconfig: { url: https://tides.example }\nregion: north\nauthentication:\n  type: bearer-token\n  token: <INSERT VALUE>\n';

it('a GL AIP file is planned with a report and applied, with its secret from a variable or a file', async () => {
  write('server.yaml', SERVER);
  write('secrets', 'TIDES_TOKEN=hunter2\n');
  const bare = await cli.run('plan server.yaml --profile staging');
  expect(bare.code).toBe(1);
  expect(bare.stderr).toContain('line 4, region: has no equivalent');
  expect(bare.stderr).toContain('provide it in --secrets-file, or as PORTCULLIS_SECRET_TIDES_TOKEN');
  const env = { PORTCULLIS_SECRET_TIDES_TOKEN: 'hunter2' };
  expect((await cli.run('plan server.yaml --profile staging --out tides.json', { env })).code).toBe(0);
  const applied = await cli.run('apply tides.json --profile staging --yes', { env });
  expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('create McpServer "tides"')]);
  await cli.run(`undo ${applied.stdout.trim()} --profile staging --yes`);
  const again = await cli.run('apply server.yaml --secrets-file secrets --profile staging --yes');
  expect(again.code).toBe(0);
  await cli.run(`undo ${again.stdout.trim()} --profile staging --yes`);
  write('wrong-server.yaml', SERVER.replace('https://tides.example', 'nowhere'));
  const wrong = await cli.run('plan wrong-server.yaml --profile staging');
  expect([wrong.code, wrong.stderr]).toEqual([
    1,
    expect.stringContaining('wrong-server.yaml:3: config.url: is required'),
  ]);
  expect([bare, applied, again].map(({ stderr }) => stderr).join('')).not.toContain('hunter2');
});

it('--json prints only JSON', async () => {
  expect(json(await cli.run('plan bundle.yaml --profile dev --json'))).toMatchObject({
    account: 'acme-dev',
    summary: { create: 1 },
  });
  const applied = json(await cli.run('apply bundle.yaml --profile dev --yes --json')) as { importId: string };
  expect(applied).toMatchObject({ account: 'acme-dev', summary: { create: 1, update: 0 } });
  expect(json(await cli.run('export --profile dev --json'))).toMatchObject({ tools: [{ name: 'search orders' }] });
  expect(json(await cli.run('apply bundle.yaml --profile dev --yes --json'))).toMatchObject({ importId: null });
  expect(json(await cli.run(`undo ${applied.importId} --profile dev --yes --json`))).toMatchObject({
    summary: { delete: 1 },
  });
});

describe('a printed command works when pasted', () => {
  it.each([
    ['with a profile', '--profile staging', ''],
    [
      'with a master key, an account and a reason',
      '--profile ops --account acme-staging',
      " --reason 'it''s a \"ticket\"'",
    ],
  ])('after apply, %s', async (_how, args, reason) => {
    const given = reason === '' ? [] : ['--reason', `it's a "ticket"`];
    write('a plan.yaml', BUNDLE);
    const applied = await cli.run(['apply', 'a plan.yaml', ...args.split(' '), ...given, '--yes']);
    expect(applied.code).toBe(0);
    const undone = await runPrinted(cli, applied.stderr, 'undo', '', '--yes');
    expect([undone.code, undone.stderr]).toEqual([0, expect.stringContaining('Import undone in "acme-staging"')]);
  });

  it.each([
    ['a profile', '--profile staging'],
    ['a master key and an account', '--profile ops --account acme-staging'],
  ])('after plan, with a file whose name needs quotes and %s', async (_how, args) => {
    const file = `bob's "plan" $HOME.json`;
    write('secret values', 'UNUSED=1\n');
    const planned = await cli.run([
      'plan',
      'bundle.yaml',
      ...args.split(' '),
      '--secrets-file',
      'secret values',
      '--out',
      file,
    ]);
    expect(planned.code).toBe(0);
    const more = args.includes('ops') ? ['--yes', '--reason', 'ticket'] : ['--yes'];
    const applied = await runPrinted(cli, planned.stderr, 'apply', '', ...more);
    expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('Applied to "acme-staging"')]);
    expect((await cli.run('undo --profile staging --yes')).code).toBe(0);
  });
});

describe('undo without an id', () => {
  const change = (text: string): void => write('history.yaml', `${BUNDLE}    description: ${text}\n`);
  const applied = async (): Promise<string> => (await cli.run('apply history.yaml --profile prod --yes')).stdout.trim();
  const undo = () => cli.run('undo --profile prod --yes');

  it('undoes the newest import that is not undone, then the one before, down to the first', async () => {
    const imports: string[] = [];
    for (const text of ['one', 'two', 'three']) {
      change(text);
      imports.push(await applied());
    }
    for (const [text, id] of [
      ['two', imports[2]],
      ['one', imports[1]],
    ] as const) {
      const { code, stderr } = await undo();
      expect([code, stderr]).toEqual([0, expect.stringContaining(`has not been undone is ${id}`)]);
      expect(await toolsOf('prod')).toEqual([{ name: 'search orders', description: text }]);
    }
    expect((await undo()).code).toBe(0);
    expect(await toolsOf('prod')).toEqual([]);
    expect(await undo()).toMatchObject({ code: 1, stderr: expect.stringContaining('are already undone') });
  });

  it('undoes a new import after an undo, then the one before both', async () => {
    change('one');
    await applied();
    change('two');
    await applied();
    await undo();
    change('three');
    await applied();
    expect((await undo()).code).toBe(0);
    expect(await toolsOf('prod')).toEqual([{ name: 'search orders', description: 'one' }]);
    expect((await undo()).code).toBe(0);
    expect(await toolsOf('prod')).toEqual([]);
  });

  it('is refused if a row was changed by hand between two undos', async () => {
    change('one');
    await applied();
    change('two');
    await applied();
    await undo();
    const { tools } = await cli.prod.ask<{ tools: { nodes: { id: string }[] } }>('{ tools { nodes { id } } }');
    await cli.prod.ask('mutation ($id: ID!) { updateTool(id: $id, input: { description: "by hand" }) { id } }', {
      id: tools.nodes[0]?.id,
    });
    expect(await undo()).toMatchObject({ code: 1, stderr: expect.stringContaining('PLAN_OUTDATED') });
    expect(await toolsOf('prod')).toEqual([{ name: 'search orders', description: 'by hand' }]);
  });
});

it('no command prints a key that it was given', () => {
  expect(printedKeys(cli)).toEqual([]);
});
