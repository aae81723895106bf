/** Prompts on a terminal: only yes confirms; Ctrl-C or the end of input changes nothing. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outcomeOf, printedKeys, startCliTest, type CliTest, type Outcome } from './harness';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const TOOL = 'schemaVersion: 1\ntools:\n  - name: search orders\n';
const SERVER =
  'schemaVersion: 1\nmcpServers:\n  - name: floods\n    config: { url: https://floods.example }\n    authentication: { type: BEARER_TOKEN, token: "${secret:FLOODS_TOKEN}" }\n';

let cli: CliTest;
beforeAll(async () => {
  cli = await startCliTest();
  writeFileSync(join(cli.folder, 'tool.yaml'), TOOL);
  writeFileSync(join(cli.folder, 'server.yaml'), SERVER);
  await cli.run('apply tool.yaml --profile prod --yes');
}, 60_000);
afterAll(() => cli.close());

const atTerminal = (args: string, ...input: string[]): Promise<Outcome> =>
  cli.run(args, { terminal: true, input: input.join('\n') });

/** Everything that a command could have changed. */
async function state(): Promise<unknown> {
  const { accounts, apiKeys, tools, mcpServers } = await cli.testGateway.master.ask<Record<string, unknown>>(
    '{ accounts { nodes { slug status } } apiKeys { nodes { name status revokedAt } } tools { totalCount } mcpServers { totalCount } }',
  );
  return { accounts, apiKeys, tools, mcpServers, profiles: readdirSync(cli.profiles) };
}

/** Commands, and the answers given before the prompt that is aborted. */
const QUESTIONS: readonly (readonly [string, readonly string[]])[] = [
  ['login --profile new', []],
  ['login --profile new', ['']],
  ['apply tool.yaml --profile staging', []],
  ['apply server.yaml --profile staging', []],
  ['apply server.yaml --profile staging', ['hunter2']],
  ['promote --from prod --to staging', []],
  ['undo --profile prod', []],
  ['keys revoke primary --profile dev', []],
  ['accounts suspend acme-prod --reason ticket --profile ops', []],
  ['accounts close acme-prod --profile ops', []],
  ['accounts close acme-prod --profile ops', ['a ticket']],
];

describe('a prompt', () => {
  it.each(QUESTIONS)(
    'that is interrupted with Ctrl-C exits with 130 and changes nothing: %s %j',
    async (args, answers) => {
      const before = await state();
      const { code, stdout, stderr } = await atTerminal(args, ...answers, CTRL_C);
      expect([code, stdout]).toEqual([130, '']);
      expect(stderr.endsWith('\n')).toBe(true);
      expect(await state()).toEqual(before);
    },
  );

  it.each(QUESTIONS)('at the end of input fails and changes nothing: %s %j', async (args, answers) => {
    const before = await state();
    const { code, stdout, stderr } = await atTerminal(args, ...answers, CTRL_D);
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      expect.stringContaining('The input ended before the question was answered'),
    ]);
    expect(await state()).toEqual(before);
  });

  it.each(['n', '', 'maybe', 'yes please'])('is confirmed only by y and yes: %j', async (answer) => {
    const before = await state();
    const { code, stdout, stderr } = await atTerminal('apply tool.yaml --profile staging', answer);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('Nothing was changed.')]);
    expect(stderr).toContain('Apply to the account "acme-staging": 1 to create');
    expect(await state()).toEqual(before);
  });

  it('is not shown without a terminal; the error mentions --yes', async () => {
    const { code, stdout, stderr } = await cli.run('undo --profile prod');
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('pass --yes')]);
  });

  it.each([
    ['accounts suspend acme-prod --reason ticket --profile ops', ['acme-prod', 'ACTIVE', '1 tool', '1 API key']],
    ['keys revoke primary --profile prod', ['pcl_live_', 'no use recorded', 'the key that the command itself uses']],
    ['undo --profile prod', ['- delete Tool "search orders"', '1 to delete']],
  ])('shows what it will affect: %s', async (args, words) => {
    const { stderr } = await atTerminal(args, 'n');
    for (const word of words) expect(stderr).toContain(word);
  });

  it('is answered, and the command continues', async () => {
    const applied = await atTerminal('apply server.yaml --profile staging', 'hunter2', 'y');
    expect([applied.code, applied.stderr]).toEqual([
      0,
      expect.stringContaining('Secret FLOODS_TOKEN of the McpServer'),
    ]);
    expect(`${applied.stdout}${applied.stderr}`).not.toContain('hunter2');
    const undone = await atTerminal('undo --profile staging', 'yes');
    expect([undone.code, undone.stderr]).toEqual([0, expect.stringContaining(applied.stdout.trim())]);
    const typed = await atTerminal('login --profile typed', cli.url, cli.dev.key);
    expect([typed.code, typed.stdout, typed.stderr.includes(cli.dev.key)]).toEqual([0, '', false]);
    const suspended = await atTerminal('accounts suspend acme-prod --profile ops', 'a ticket', 'y');
    expect([suspended.code, suspended.stderr]).toEqual([0, expect.stringContaining('is now SUSPENDED')]);
  });
});

it('a key is not saved if its prompt is aborted with Ctrl-C', async () => {
  const child = cli.start(['login', '--profile', 'piped', '--url', cli.url]);
  child.stdin.write(cli.dev.key);
  const ready = new Promise<void>((resolve) => child.stdin.write('\n', () => resolve()));
  await ready;
  child.kill('SIGINT');
  const { code, stdout } = await outcomeOf(child);
  expect([code === 0, stdout, readdirSync(cli.profiles).includes('piped.json')]).toEqual([false, '', false]);
});

it('no command prints a key that it was given', () => {
  expect(printedKeys(cli)).toEqual([]);
});
