/** The README is correct: its recipes produce the printed answers, and its tables and listings match the code. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { manual } from '../src/cli/tools/manual';
import { errorsTable, settingsTable, withTable } from '../src/cli/tools/tables';
import { settings } from '../src/config';
import { createDemo, type Demo } from '../src/first-start/demo-data';
import { describeGuides } from './guides';
import { startTestGateway, type TestGateway } from './harness/gateway';
import { markedAs, snippetsOf } from './snippets';

const PROJECT = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(PROJECT, file), 'utf8');
const README = read('README.md');
const run = promisify(execFile);

const SNIPPETS = snippetsOf('README.md');
const RECIPES = SNIPPETS.flatMap((snippet) => {
  const name = markedAs('recipe', snippet);
  return name === null ? [] : [{ name, code: snippet.code }];
});

describe('the recipes of the README', () => {
  let testGateway: TestGateway;
  let environment: NodeJS.ProcessEnv;
  let demo: Demo | null;
  beforeAll(async () => {
    testGateway = await startTestGateway();
    demo = await createDemo(testGateway.gateway.app, testGateway.master.key);
    const address = await testGateway.gateway.app.listen({ host: '127.0.0.1', port: 0 });
    const key = demo?.acme.viewerKey;
    environment = {
      ...process.env,
      GATEWAY: address,
      ACCOUNT_KEY: key,
      MASTER_KEY: testGateway.master.key,
      PORTCULLIS_URL: address,
      PORTCULLIS_KEY: key,
    };
  });
  afterAll(() => testGateway.close());

  it.each(RECIPES)('$name produces the printed answer', async ({ name, code }) => {
    const { stdout } = await run('bash', ['-c', code], { env: environment });
    const answer = SNIPPETS.find((snippet) => markedAs('answer', snippet) === name);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(answer?.code ?? ''));
  });

  it('codegen runs as listed', async () => {
    const program = ['--require', join(__dirname, 'harness/typescript.js'), join(PROJECT, 'examples/list-agents.ts')];
    const { stdout } = await run(process.execPath, program, { env: environment });
    expect(stdout).toBe('Order desk anthropic/claude-sonnet\n');
  });

  describeGuides(() => ({ testGateway, environment, administratorKey: demo?.acme.administratorKey ?? '' }));
});

describe('the documentation', () => {
  it('contains the table of settings; if this fails, run: npm run docs', () => {
    expect(README).toBe(withTable(README, 'settings', settingsTable()));
  });

  it('contains the table of errors; if this fails, run: npm run docs', () => {
    const page = read('docs/errors.md');
    expect(page).toBe(withTable(page, 'errors', errorsTable()));
  });

  it('contains the manual of the command line; if this fails, run: npm run docs', () => {
    const page = read('docs/command-line.md');
    expect(page).toBe(withTable(page, 'manual', manual()));
  });

  it('starts Node.js with the same flags in the container', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } };
    const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(read('Dockerfile')) ?? [];
    expect((JSON.parse(command) as string[]).join(' ')).toBe(scripts.start);
  });

  it('has the same settings in .env.example and no unknown ones in the containers', () => {
    const names = Object.keys(settings.shape);
    const example = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(example.sort()).toEqual([...names].sort());
    const container = ['NODE_ENV', 'POSTGRES_USER', 'POSTGRES_PASSWORD_FILE', 'POSTGRES_DB'];
    const used = `${read('compose.yaml')}\n${read('Dockerfile')}`.matchAll(/^ {6}([A-Z_]+):|\b([A-Z]+_?[A-Z]+)=/gm);
    const unknown = [...used].map(([, key, variable]) => key ?? variable ?? '').filter((name) => !names.includes(name));
    expect(unknown.filter((name) => !container.includes(name))).toEqual([]);
  });

  it.each(['README.md', 'docs/architecture.md', 'docs/errors.md', 'docs/command-line.md'])(
    '%s links to files that exist',
    (page) => {
      const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) =>
        join(PROJECT, page, '..', link),
      );
      expect(links.filter((link) => !existsSync(link))).toEqual([]);
    },
  );
});
