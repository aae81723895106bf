/** The commands access check, plan, apply and undo. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { jsonLines, startCliTest, type CliTest } from './harness';

let cli: CliTest;
beforeAll(async () => {
  cli = await startCliTest();
  await cli.login('dev', cli.dev.key);
  const write = (name: string, text: string): void => writeFileSync(join(cli.folder, name), text);
  write('read.graphql', 'query Read { agents { nodes { id tools { id } } } }');
  write('both.graphql', 'query One { tools { totalCount } } mutation Two { createTool(input: { name: "x" }) { id } }');
  write(
    'access.yaml',
    [
      '- role: viewer',
      '  allowed: [read.graphql]',
      '  denied: ["mutation { createTool(input: { name: \\"x\\" }) { id } }", "{ accounts { totalCount } }"]',
      '- key: checked',
      '  allowed: [both.graphql]',
    ].join('\n'),
  );
  await cli.run('keys create checked --role creator --profile dev');
}, 60_000);
afterAll(() => cli.close());

describe('access check', () => {
  it('exits with 0 if all expectations are met', async () => {
    const outcome = await cli.run('access check access.yaml --profile dev');
    expect([outcome.code, outcome.stderr]).toEqual([0, expect.stringContaining('All 5 expectations hold in')]);
    expect((await cli.run('access check read.graphql both.graphql --role creator --profile dev')).code).toBe(0);
  });

  it('exits with 1 when a document needs more than a role or a key has, and prints what is missing', async () => {
    const outcome = await cli.run('access check read.graphql both.graphql --role viewer --profile dev');
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/role viewer +both\.graphql: Two +allowed +denied +tools:write/);
    expect(outcome.stdout).not.toContain('read.graphql');
    expect(outcome.stderr).toContain('1 of 3 expectations do not hold');
    await cli.run('keys create weaker --role viewer --only agents --profile dev');
    const ofKey = await cli.run('access check read.graphql --key weaker --json --profile dev');
    expect([ofKey.code, jsonLines(ofKey)]).toEqual([
      1,
      [
        {
          subject: 'key weaker',
          operation: 'read.graphql: Read',
          expected: 'allowed',
          result: 'denied',
          missing: ['tools:read'],
          refusal: null,
          holds: false,
        },
      ],
    ]);
  });

  it('exits with 1 if a key has more rights than expected', async () => {
    writeFileSync(join(cli.folder, 'strict.yaml'), '- key: checked\n  denied: [read.graphql]\n');
    const outcome = await cli.run('access check strict.yaml --profile dev');
    expect([outcome.code, outcome.stdout]).toEqual([1, expect.stringMatching(/key checked +.*denied +allowed/)]);
  });

  it.each([
    ['read.graphql', 2, 'for --role or --key'],
    ['read.graphql --role viewer --key checked', 2, 'not both'],
    ['access.yaml --role viewer', 2, 'names its own'],
    ['nothing.graphql --role viewer', 1, 'there is no such file'],
    ['broken.graphql --role viewer', 1, 'is not GraphQL'],
    ['unknown.graphql --role viewer', 1, 'Cannot query field "nothing"'],
    ['read.graphql --role nobody', 1, 'has no role "nobody"'],
    ['wrong.yaml', 1, '0: names either a role or a key'],
  ])('refuses %s', async (words, code, sentence) => {
    writeFileSync(join(cli.folder, 'broken.graphql'), '{');
    writeFileSync(join(cli.folder, 'unknown.graphql'), '{ nothing }');
    writeFileSync(join(cli.folder, 'wrong.yaml'), '- allowed: [read.graphql]\n');
    const outcome = await cli.run(`access check ${words} --profile dev`);
    expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(sentence)]);
  });
});

it('a plan prints the command that applies it, and apply prints the command that undoes it', async () => {
  const created = await cli.run('keys create broad --role administrator --profile dev');
  await pause(2);
  const since = new Date().toISOString();
  await cli.testGateway.client(created.stdout.trim()).ask('{ agents { totalCount } }');
  const planned = await cli.run(`access plan --since ${since} --profile dev`);
  expect(planned.stdout).toMatch(/broad +ADMINISTRATOR +VIEWER of agents/);
  const printed = (text: string): string[] => /portcullis (access .*)/.exec(text)?.[1]?.split(' ') ?? [];
  const applied = await cli.run([...printed(planned.stderr), '--yes']);
  expect([applied.code, applied.stderr]).toEqual([0, expect.stringMatching(/key\(s\) of "\S+" changed/)]);
  const roles = async (): Promise<unknown> =>
    cli.dev.ask('{ apiKeys(filter: { name: { equals: "broad" } }) { nodes { role resourceTypes } } }');
  expect(await roles()).toEqual({ apiKeys: { nodes: [{ role: 'VIEWER', resourceTypes: ['agents'] }] } });
  const undone = await cli.run([...printed(applied.stderr), '--yes']);
  expect([undone.code, undone.stderr]).toEqual([0, expect.stringContaining('have their previous rights again')]);
  expect(await roles()).toEqual({ apiKeys: { nodes: [{ role: 'ADMINISTRATOR', resourceTypes: null }] } });
  const none = await cli.run([...printed(applied.stderr)], { input: '' });
  expect(none.code).not.toBe(0);
});
