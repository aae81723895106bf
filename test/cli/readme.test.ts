/** Promotion in four commands, as printed in the README. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCliTest, type CliTest } from './harness';
import { shell } from './transcript';

const README = readFileSync(join(__dirname, '../../README.md'), 'utf8');
const [, RECIPE = ''] = /^```sh run=test\/cli\/readme\.test\.ts\n([^]*?)^```$/m.exec(README) ?? [];

const NAMES = '{ tools { nodes { name } } }';

describe('promotion in four commands', () => {
  let cli: CliTest;
  beforeAll(async () => {
    cli = await startCliTest();
    await cli.dev.ask('mutation { createTool(input: { name: "search orders" }) { id } }');
  }, 60_000);
  afterAll(() => cli.close());

  it('moves the configuration of dev to prod, and undoes it', async () => {
    const commands = RECIPE.trim().split('\n');
    expect(commands).toHaveLength(4);
    const [undo, ...forward] = commands.reverse();
    await shell(forward.reverse().join('\n'), cli.folder, cli.env);
    expect(await cli.prod.ask(NAMES)).toEqual({ tools: { nodes: [{ name: 'search orders' }] } });
    expect(await shell(undo ?? '', cli.folder, cli.env)).toContain('Import undone in "acme-prod"');
    expect(await cli.prod.ask(NAMES)).toEqual({ tools: { nodes: [] } });
    expect(await cli.staging.ask(NAMES)).toEqual({ tools: { nodes: [] } });
  }, 60_000);
});
