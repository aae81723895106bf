/** docs/promotion-session.md is real terminal output: every line is compared; WRITE_DOCS=1 updates it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCliTest, type CliTest } from './harness';
import { normal, sessionsIn, shell, stepsOf, withPrinted } from './transcript';

const FILE = join(__dirname, '../../docs/promotion-session.md');
const PAGE = readFileSync(FILE, 'utf8');
const STEPS = sessionsIn(PAGE).flatMap(stepsOf);

describe('docs/promotion-session.md', () => {
  let cli: CliTest;
  beforeAll(async () => {
    cli = await startCliTest();
    for (const name of ['dev', 'staging', 'prod'] as const) {
      writeFileSync(join(cli.folder, `${name}.key`), cli[name].key);
      writeFileSync(join(cli.folder, `${name}.token`), `token of ${name}`);
    }
    // The page itself shows the bundle that it starts with.
    const bundle = STEPS.find(({ command }) => command === 'cat desk.yaml');
    writeFileSync(join(cli.folder, 'desk.yaml'), bundle?.printed ?? '');
  }, 60_000);
  afterAll(() => cli.close());

  it('contains a diff, a stale plan and an undo', () => {
    const printed = STEPS.map((step) => step.printed).join('');
    expect(printed).toContain('+Be polite, brief and certain.');
    expect(printed).toContain('PLAN_OUTDATED');
    expect(printed).toContain('Import undone in "acme-prod"');
  });

  it('shows the actual output, step by step', async () => {
    const env = { ...cli.env, GATEWAY: cli.url };
    const shown: string[] = [];
    for (const { command } of STEPS) shown.push(normal(await shell(command, cli.folder, env)));
    const page = withPrinted(PAGE, shown);
    if (process.env['WRITE_DOCS'] === '1') writeFileSync(FILE, page);
    else expect(page).toBe(PAGE);
  }, 240_000);
});
