/**
 * Everything that can be exported can be imported: a large bundle is imported in parts and can be undone as a whole.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedBulk } from '../harness/seed-bulk';
import type { ConfigurationBundle } from '../../src/promotion/promotion.objects';
import { Promoter } from '../promotion/client';
import { json, startCliTest, type CliTest } from './harness';
import { runPrinted } from './transcript';

let cli: CliTest;
beforeAll(async () => {
  cli = await startCliTest();
  // Rows of almost 16 KB, so that a few hundred exceed one import.
  const metadata = `metadata: { text: ${'word '.repeat(3_100)}}`;
  const own = `{ schemaVersion: 1, tools: [{ name: hammer, ${metadata} }], agents: [{ name: helper, framework: LANGGRAPH, model: { provider: p, name: m }, tools: [hammer], ${metadata} }] }`;
  await new Promoter(cli.dev).apply(own);
  // Copies of the tool and the agent, and an agent whose name sorts first and that refers to the last of them.
  await seedBulk(cli.testGateway.database.superuserUrl, cli.dev.accountId, 300);
  const boss =
    '{ schemaVersion: 1, agents: [{ name: " !boss", framework: LANGGRAPH, model: { provider: p, name: m }, subAgents: [helper], tools: [hammer] }] }';
  await new Promoter(cli.dev).apply(boss);
}, 120_000);
afterAll(() => cli.close());

async function rowsOf(account: 'dev' | 'staging'): Promise<number> {
  const query = '{ exportConfiguration { counts { count } } }';
  const { exportConfiguration } = await cli[account].ask<{ exportConfiguration: ConfigurationBundle }>(query);
  return exportConfiguration.counts.reduce((sum, { count }) => sum + count, 0);
}
const file = (name: string): string => join(cli.folder, name);

it('an export that is too large for one import is planned and promoted in parts without a difference, and undone as printed', async () => {
  const exported = await cli.run('export --profile dev --output big.yaml');
  expect(exported.stderr).toMatch(
    /\d{7} bytes and 603 rows; an import takes at most .* apply and promote of portcullis import it in parts/s,
  );
  const plan = await cli.run('plan big.yaml --profile staging --json');
  expect(plan.code).toBe(0);
  expect(json(plan)).toMatchObject({ summary: { create: 603 }, applicable: true });
  expect(plan.stderr).toMatch(/imported in 2 parts, each all or nothing/);
  expect(await rowsOf('staging')).toBe(0);

  const applied = await cli.run('apply big.yaml --profile staging --yes');
  expect([applied.code, applied.stdout.trim().split('\n')]).toEqual([0, [expect.any(String), expect.any(String)]]);
  await cli.run('export --profile staging --output promoted.yaml');
  expect(readFileSync(file('promoted.yaml'), 'utf8') === readFileSync(file('big.yaml'), 'utf8')).toBe(true);

  expect((await runPrinted(cli, applied.stderr, 'undo', '', '--yes')).code).toBe(0);
  expect(await rowsOf('staging')).toBe(0);
}, 300_000);

it('problems of all parts are reported together, with their lines in the whole file, and nothing is stored', async () => {
  const big = readFileSync(file('big.yaml'), 'utf8');
  const lines = big.split('\n');
  const nowhere = lines.findIndex((line) => line.trim() === '- hammer');
  const typo = lines.lastIndexOf('    type: CUSTOM');
  lines[nowhere] = '      - nowhere';
  writeFileSync(file('wrong.yaml'), lines.join('\n'));
  const missing = await cli.run('apply wrong.yaml --profile staging --yes');
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain(`wrong.yaml:${nowhere + 1}: `);
  lines[typo] = '    type: NONE';
  writeFileSync(file('wrong.yaml'), lines.join('\n'));
  const refused = await cli.run('apply wrong.yaml --profile staging --yes');
  expect(refused.stderr).toContain(`wrong.yaml:${typo + 1}: tools[`);
  expect(await rowsOf('staging')).toBe(0);
}, 300_000);

it.each([
  ['apply big.yaml --profile staging --prune --yes', 1, 'leave out --prune'],
  ['plan big.yaml --profile staging --out plan.json', 2, 'Leave out --out'],
])(
  'what parts cannot do is refused: %s',
  async (command, code, words) => {
    const outcome = await cli.run(command);
    expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(words)]);
  },
  120_000,
);
