/** Properties of every command: exit codes, streams, help, limits; and the commands api, completion and version. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json';
import { COMMAND, json, jsonLines, outcomeOf, printedKeys, startCliTest, type CliTest } from './harness';

const BUNDLE = 'schemaVersion: 1\ntools:\n  - name: search orders\n';
const CONFLICT =
  'schemaVersion: 1\nagents:\n  - name: a\n    framework: LANGGRAPH\n    model: { provider: p, name: m }\n    tools: [missing]\n';

let cli: CliTest;
beforeAll(async () => {
  cli = await startCliTest();
  writeFileSync(join(cli.folder, 'bundle.yaml'), BUNDLE);
  writeFileSync(join(cli.folder, 'empty-bundle.yaml'), 'schemaVersion: 1\n');
  writeFileSync(join(cli.folder, 'conflict.yaml'), CONFLICT);
  writeFileSync(
    join(cli.folder, 'query.graphql'),
    'query Names { tools { nodes { name } } } query Kind { viewer { kind } }',
  );
  writeFileSync(join(cli.folder, 'variables.json'), '{"first": 1}');
}, 60_000);
afterAll(() => cli.close());

describe('a command', () => {
  it.each([
    [0, 'whoami --profile ops'],
    [0, 'plan --help'],
    [0, 'help'],
    [0, 'help audit tail'],
    [0, 'version'],
    [0, '--version'],
    [0, 'plan bundle.yaml --profile dev'],
    [0, 'plan empty-bundle.yaml --profile dev --detailed-exitcode'],
    [1, 'accounts list --profile dev'],
    [1, 'plan missing.yaml --profile dev'],
    [1, 'plan conflict.yaml --profile dev'],
    [1, 'plan missing.yaml --profile dev --detailed-exitcode'],
    [1, 'plan bundle.yaml --profile ops --detailed-exitcode'],
    [1, 'plan bundle.yaml --nonsense --detailed-exitcode'],
    [2, 'plan bundle.yaml --profile dev --detailed-exitcode'],
    [2, 'plan --profile dev'],
    [2, 'nonsense'],
    [2, 'help nonsense'],
    [2, 'export --profile ops'],
    [2, 'apply bundle.yaml --profile dev'],
    [2, 'audit verify events.jsonl'],
    [3, 'plan conflict.yaml --profile dev --detailed-exitcode'],
  ])('exits with %i: %s', async (code, args) => {
    expect((await cli.run(args)).code).toBe(code);
  });

  it.each([
    [0, 'whoami --profile ops'],
    [1, 'plan missing.yaml --profile dev'],
    [2, 'nonsense'],
  ])('exits with %i in a separate process: %s', async (code, args) => {
    expect((await outcomeOf(cli.start(args))).code).toBe(code);
  });

  it.each([
    ['audit tail --lines 0', 'from 1 to 100'],
    ['audit tail --lines 101', 'from 1 to 100'],
    ['keys create x --role viewer --days 366', 'from 1 to 365'],
    ['keys create x --role viewer --days 1.5', 'from 1 to 365'],
    ['keys rotate x --grace 604801', 'from 0 to 604800'],
    ['keys stale --days 3651', 'from 0 to 3650'],
    ['keys stale --limit 0', 'from 1 to 100'],
    ['keys expiring --days -1', 'from 0 to 3650'],
    ['audit tail --since yesterday', 'a date (2026-01-31), a time with time zone'],
    ['audit tail --until 2026-02-30T00:00:00', 'a date (2026-01-31), a time with time zone'],
    ['audit tail --action REMOVE', 'CREATE, UPDATE, DELETE, RESTORE, PURGE'],
  ])('refuses a value out of range and names the range, also in its help: %s', async (args, range) => {
    const { code, stdout, stderr } = await cli.run(`${args} --profile dev`);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(range)]);
    const words = args.split(' ').filter((word) => !word.startsWith('-'));
    const { stdout: help } = await cli.run(['help', ...words.slice(0, 2)]);
    const limits = /from (\d+) to (\d+)/.exec(range);
    if (limits) expect(help.replaceAll(/\s+/g, ' ')).toContain(`${limits[1]} to ${limits[2]}`);
  });

  it('colours its output on terminals, or if colours are forced', async () => {
    expect((await cli.run('plan bundle.yaml --profile dev')).stdout).not.toContain('\u001b');
    const forced = cli.start('plan bundle.yaml --profile dev', { env: { FORCE_COLOR: '1' } });
    expect((await outcomeOf(forced)).stdout).toContain('\u001b[32m');
  });

  it('succeeds if its reader closes the pipe early', async () => {
    const child = cli.start('accounts list --profile ops --json');
    child.stdout.destroy();
    expect(await outcomeOf(child)).toMatchObject({ code: 0, stderr: '' });
  });

  it('exits with 130 after Ctrl-C and prints nothing', async () => {
    const child = cli.start('audit tail --follow --profile dev');
    child.stdout.once('data', () => child.kill('SIGINT'));
    expect(await outcomeOf(child)).toMatchObject({ code: 130, stderr: '' });
  });

  it("starts without loading the server's libraries", () => {
    const [node = '', ...program] = COMMAND;
    const list = "process.on('exit', () => console.error(Object.keys(require.cache).join('\\n')))";
    const hook = join(cli.folder, 'list-modules.cjs');
    writeFileSync(hook, list);
    const { stderr } = spawnSync(node, ['--require', hook, ...program, 'version'], { encoding: 'utf8' });
    const packages = [...stderr.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(([, name]) => name);
    const loaded = new Set(packages.filter((name) => !/swc|^source-map|^pirates/.test(name ?? '')));
    for (const heavy of ['zod', 'typeorm', 'pg', 'fastify', '@apollo/server', 'type-graphql', 'yaml'])
      expect([...loaded]).not.toContain(heavy);
    expect(stderr).not.toContain('node_modules/graphql/index.js');
  });
});

describe('api', () => {
  it.each<[string, string[], string | undefined]>([
    ['an argument', ['{ viewer { kind } }'], undefined],
    ['a file', ['--file', 'query.graphql', '--operation', 'Kind'], undefined],
    ['standard input', [], '{ viewer { kind } }'],
    ['standard input by name', ['--file', '-'], '{ viewer { kind } }'],
  ])('sends a query from %s and prints the answer unchanged', async (_from, args, input) => {
    const { code, stdout, stderr } = await cli.run(['api', ...args, '--profile', 'dev'], { input });
    expect([code, stdout, stderr]).toEqual([0, '{"data":{"viewer":{"kind":"ACCOUNT"}}}\n', '']);
  });

  it.each([
    ['a value', '{"first": 1}', undefined],
    ['a file', '@variables.json', undefined],
    ['standard input', '@-', '{"first": 1}'],
  ])('takes variables from %s', async (_from, variables, input) => {
    const query = 'query ($first: Int) { accounts(first: $first) { nodes { slug } } }';
    const outcome = await cli.run(['api', query, '--variables', variables, '--profile', 'ops'], { input });
    expect(json(outcome)).toMatchObject({ data: { accounts: { nodes: [expect.anything()] } } });
  });

  it('prints an answer with errors, reports them, and exits with 1', async () => {
    const { code, stdout, stderr } = await cli.run(['api', '{ nonsense }', '--profile', 'dev']);
    expect([code, JSON.parse(stdout)]).toEqual([1, expect.objectContaining({ errors: [expect.anything()] })]);
    expect(stderr).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  it.each([
    [['{ a }', '--file', 'query.graphql'], 'not both'],
    [['{ a }', '--variables', '[1]'], 'is not a JSON object'],
    [['--variables', '@-'], 'cannot be both'],
  ])('refuses contradictory arguments: %s', async (args, words) => {
    const { code, stdout, stderr } = await cli.run(['api', ...args, '--profile', 'dev']);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(words)]);
  });
});

describe('completion', () => {
  const complete = async (...words: string[]): Promise<string[]> => {
    const { stdout } = await cli.run(['__complete', '--', ...words]);
    return stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
  };

  it('offers commands, options, values and profiles, and leaves files to the shell', async () => {
    expect(await complete('a')).toEqual(['accounts', 'agents', 'apply', 'audit', 'access', 'api']);
    expect(await complete('keys', 'r')).toEqual(['roles', 'rotate', 'revoke']);
    expect(await complete('audit', 'tail', '--f')).toEqual(['--follow']);
    expect(await complete('audit', 'tail', '--action', 'RE')).toEqual(['RESTORE']);
    expect(await complete('plan', 'bundle.yaml', '--profile', '')).toEqual(['dev', 'ops', 'prod', 'staging']);
    expect(await complete('completion', '')).toEqual(['bash', 'zsh', 'fish']);
    expect(await complete('plan', '')).toEqual([]);
    expect(await complete('--')).toEqual(['--version', '--help']);
  });

  it('works in bash', async () => {
    const { stdout: script } = await cli.run('completion bash');
    const program = COMMAND.map((part) => `'${part}'`).join(' ');
    const typed = 'COMP_WORDS=(portcullis keys ro); COMP_CWORD=2; _portcullis; printf "%s\\n" "${COMPREPLY[@]}"';
    const shell = `portcullis() { ${program} "$@"; }\n${script}\n${typed}`;
    expect(spawnSync('bash', ['-c', shell], { env: cli.env, encoding: 'utf8' }).stdout).toBe('roles\nrotate\n');
  });
});

it('the version is that of the package', async () => {
  expect((await cli.run('version')).stdout).toBe(`${version}\n`);
  expect((await cli.run('--version')).stdout).toBe(`${version}\n`);
});

it('a table fits the terminal, and is complete if it is written elsewhere', async () => {
  const name = 'Straße 東京 '.repeat(20).trim();
  const created = ['accounts', 'create', 'wide', '--name', name, '--reason', 'a test', '--profile', 'ops'];
  expect((await cli.run(created)).code).toBe(0);
  const shown = await cli.run('accounts list --profile ops', { terminal: true });
  const lines = shown.stdout.trimEnd().split('\n');
  expect(lines.find((line) => line.startsWith('wide'))).toContain('…');
  expect((await cli.run('accounts list --profile ops')).stdout).toContain(name);
  expect(jsonLines(await cli.run('accounts list --profile ops --json'))).toContainEqual(
    expect.objectContaining({ slug: 'wide', name }),
  );
});

it('no command prints a key that it was given', () => {
  expect(printedKeys(cli)).toEqual([]);
});
