/** The command line as a separate package: packed, unpacked into an empty folder and run from there. */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { version } from '../../package.json';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { DATABASE_COMMANDS } from '../../src/cli/database-commands';
import { newId } from '../../src/db/ids';
import { json, jsonLines, outcomeOf, type CliTest, type Outcome, type RunOptions } from './harness';

const run = promisify(execFile);
const PACKAGE = join(__dirname, '../../clients/cli');
const CREATE_AGENT = 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }';

interface Installed {
  /** The folder of the package. */
  readonly folder: string;
  /** Runs `portcullis` from the PATH. */
  readonly portcullis: (args: readonly string[], options?: RunOptions) => Promise<Outcome>;
  readonly bash: (script: string) => Promise<Outcome>;
}

/** Does what `npm install --global` does with the file, without a registry; there are no dependencies. */
async function install({ folder: home, env }: CliTest): Promise<Installed> {
  const folder = join(home, 'unpacked');
  const bin = join(home, 'bin');
  mkdirSync(folder);
  mkdirSync(bin);
  await run('npm', ['pack', '--silent', '--pack-destination', home], { cwd: PACKAGE });
  await run('tar', ['-xzf', join(home, `portcullis-cli-${version}.tgz`), '-C', folder, '--strip-components=1']);
  symlinkSync(join(folder, 'dist/portcullis.js'), join(bin, 'portcullis'));
  const path = { PATH: [bin, env['PATH']].join(delimiter) };
  const start = (program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> => {
    const child = spawn(program, args, { cwd: folder, env: { ...env, ...path, ...options.env } });
    child.stdin.end(options.input ?? '');
    return outcomeOf(child);
  };
  return {
    folder,
    portcullis: (args, options) => start('portcullis', args, options),
    bash: (script) => start('bash', ['--norc', '-c', script]),
  };
}

export function describePackage(test: () => CliTest): void {
  describe('the package of the command line', () => {
    let installed: Installed;
    let cli: CliTest;
    let environment: NodeJS.ProcessEnv;
    const words = (text: string): string[] => text.split(' ');

    beforeAll(async () => {
      cli = test();
      environment = { PORTCULLIS_URL: cli.url, PORTCULLIS_KEY: cli.dev.key };
      installed = await install(cli);
      for (const [account, name] of [
        [cli.dev, 'Order desk'],
        [cli.dev, 'Reviewer'],
        [cli.staging, 'Second desk'],
      ] as const)
        await account.ask(CREATE_AGENT, {
          input: { name, framework: 'LANGGRAPH', model: { provider: 'p', name: 'm' } },
        });
    }, 60_000);

    it('contains one program without dependencies, with the version of the gateway', () => {
      const files = readdirSync(installed.folder, { recursive: true, encoding: 'utf8' });
      expect(files.sort()).toEqual(['README.md', 'dist', 'dist/licenses.txt', 'dist/portcullis.js', 'package.json']);
      const description: unknown = JSON.parse(readFileSync(join(installed.folder, 'package.json'), 'utf8'));
      expect(description).toMatchObject({ version, bin: { portcullis: 'dist/portcullis.js' } });
      expect(description).not.toHaveProperty('dependencies');
      expect(readFileSync(join(installed.folder, 'dist/licenses.txt'), 'utf8')).toContain('commander');
    });

    it('saves a profile and lists filtered rows: of one account, or of all with a master key', async () => {
      const { portcullis } = installed;
      expect(await portcullis(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
      const login = await portcullis(words(`login --profile packed --url ${cli.url}`), { input: cli.dev.key });
      expect(login).toMatchObject({ code: 0, stderr: expect.stringContaining('account acme-dev') });
      const filter = ['--filter', '{"name": {"contains": "desk"}}', '--json', '--profile'];
      const own = await portcullis(['agents', 'list', ...filter, 'packed']);
      expect([own.code, jsonLines(own)]).toEqual([0, [expect.objectContaining({ name: 'Order desk' })]]);
      const all = await portcullis(['agents', 'list', ...filter, 'ops']);
      expect(jsonLines(all)).toEqual([
        expect.objectContaining({ name: 'Order desk', account: 'acme-dev' }),
        expect.objectContaining({ name: 'Second desk', account: 'acme-staging' }),
      ]);
    });

    it('sends a query with credentials from the environment', async () => {
      const answer = await installed.portcullis(['api', '{ agents { totalCount } }'], { env: environment });
      expect([answer.code, json(answer)]).toEqual([0, { data: { agents: { totalCount: 2 } } }]);
    });

    it('plans, saves and applies a bundle that is long enough to be split, and checks access', async () => {
      const { folder, portcullis } = installed;
      const tools = Array.from(
        { length: 60 },
        (_, index) => `  - name: t${index}\n    description: ${'d'.repeat(1_900)}`,
      );
      writeFileSync(join(folder, 'bundle.yaml'), `schemaVersion: 1\ntools:\n${tools.join('\n')}\n`);
      writeFileSync(join(folder, 'access.yaml'), "- role: viewer\n  allowed: ['{ agents { totalCount } }']\n");
      const env = environment;
      const planned = await portcullis(words('plan bundle.yaml --out plan.json --detailed-exitcode'), { env });
      expect([planned.code, planned.stderr]).toEqual([2, expect.not.stringContaining('Unexpected')]);
      expect(await portcullis(words('apply plan.json --yes'), { env })).toMatchObject({ code: 0 });
      const checked = await portcullis(words('access check access.yaml'), { env });
      expect([checked.code, checked.stderr]).toEqual([0, expect.stringContaining('All 1 expectations hold')]);
    });

    it('completes commands in bash', async () => {
      const typed = 'COMP_WORDS=(portcullis ag); COMP_CWORD=1; _portcullis; printf "%s\\n" "${COMPREPLY[@]}"';
      const script = `source <(portcullis completion bash); complete -p portcullis; ${typed}`;
      expect(await installed.bash(script)).toEqual({
        code: 0,
        stdout: 'complete -o default -F _portcullis portcullis\nagents\n',
        stderr: '',
      });
    });

    it.each<[string, string[], number, () => NodeJS.ProcessEnv, RegExp]>([
      [
        'an unknown key',
        ['whoami'],
        1,
        () => ({ PORTCULLIS_KEY: formatKey({ kind: 'account', keyId: newId(), secret: newSecret() }) }),
        /^UNAUTHENTICATED: .+\nFind out more with: portcullis doctor\n$/,
      ],
      [
        'a mistyped key',
        ['whoami'],
        2,
        () => ({ PORTCULLIS_KEY: 'pcl_live_x' }),
        /^PORTCULLIS_KEY is not a valid .+\n$/,
      ],
      [
        'an address where nothing listens',
        ['agents', 'list'],
        1,
        () => ({ PORTCULLIS_URL: 'http://127.0.0.1:65535' }),
        /^The gateway cannot be reached at http:\/\/127\.0\.0\.1:65535\/graphql: nothing listens there\. .+\n$/,
      ],
      [
        'a host that does not exist',
        ['api', '{ viewer { kind } }'],
        1,
        () => ({ PORTCULLIS_URL: 'https://gateway.invalid' }),
        /^The gateway cannot be reached at https:\/\/gateway\.invalid\/graphql: .+\. Check that it is running and that .+\n$/,
      ],
      [
        'a filter that is not JSON',
        ['agents', 'list', '--filter', 'x'],
        2,
        () => ({}),
        /^--filter is not a JSON object: x\n$/,
      ],
      [
        'a condition that does not exist',
        ['agents', 'list', '--filter', '{"colour": 1}'],
        1,
        () => ({}),
        /^BAD_USER_INPUT: .*colour.*\n$/,
      ],
      ...DATABASE_COMMANDS.map((command): [string, string[], number, () => NodeJS.ProcessEnv, RegExp] => [
        `${command.name()}, which needs the database`,
        [command.name(), 'file'],
        2,
        () => ({}),
        new RegExp(`^"${command.name()}" works directly on the database .+\\n$`),
      ]),
    ])('reports in one line what is wrong with %s', async (_what, args, code, env, message) => {
      const outcome = await installed.portcullis(args, { env: { ...environment, ...env() } });
      expect(outcome).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) });
    });
  });
}
