/**
 * Tests the documentation: the recipes of its pages are run in order and must print what the page shows, their files
 * are used, and their operations are sent.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { settings } from '../src/config';
import { normal, shell } from './cli/transcript';
import type { Client, TestGateway } from './harness/gateway';
import { EventSource } from './streams/event-source';
import { markedAs, PAGES, snippetsOf, type Snippet } from './snippets';

const PROJECT = join(__dirname, '..');
const run = promisify(execFile);

/** Accounts and keys that the recipes of a page use. */
interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** An administrator of the account of the profile `dev`. */
  readonly administrator: Client;
  /** Values of the variables that the page's operations declare. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A gateway with the demo data; the environment contains its addresses and keys. */
interface Subject {
  readonly testGateway: TestGateway;
  readonly environment: NodeJS.ProcessEnv;
  /** A key of the account acme. */
  readonly administratorKey: string;
}

/** The length of the title of a test that has no other name. */
const TITLE_LENGTH = 60;

const isRun = (snippet: Snippet): boolean =>
  markedAs('recipe', snippet) !== null || (snippet.language === 'graphql' && snippet.mark === '');

const VIEWER = 'mutation { createApiKey(input: { name: "viewer", role: VIEWER }) { secret } }';
const TOOL = 'mutation { createTool(input: { name: "search" }) { id } }';
const AGENT = `mutation ($toolIds: [ID!]!) {
  createAgent(input: { name: "desk", framework: LANGGRAPH, model: { provider: "p", name: "m" }, toolIds: $toolIds }) { id }
}`;
const SERVER = `mutation { createMcpServer(input: { name: "search", transport: HTTP, config: { url: "https://mcp.example/mcp" } }) { id } }`;

/** Runs a recipe in a shell. One without an answer only has to succeed. */
async function expectAnswered(snippet: Snippet, name: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const answer = snippetsOf(snippet.page).find((each) => markedAs('answer', each) === name);
  if (!answer) {
    expect(await shell(`set -e; ${snippet.code}\necho "[done]"`, cwd, env)).toMatch(/\[done\]\n$/);
    return;
  }
  // The answer of a recipe is its standard output; standard error is for people.
  const printed = await shell(`{ ${snippet.code}\n} 2> messages || cat messages`, cwd, env);
  if (answer.language !== 'json') expect([name, normal(printed)]).toEqual([name, answer.code]);
  else expect(JSON.parse(printed)).toMatchObject(JSON.parse(answer.code) as object);
}

/** Sends an operation as an administrator and expects no errors. */
async function expectOperation({ code }: Snippet, { administrator, variables, env }: Surroundings): Promise<void> {
  const declared = Object.fromEntries([...code.matchAll(/\$(\w+): /g)].map(([, name = '']) => [name, variables[name]]));
  if (!code.startsWith('subscription')) {
    await administrator.ask(code, declared);
    return;
  }
  const stream = await EventSource.open(env['GATEWAY'] ?? '', {
    key: administrator.key,
    query: code,
    variables: declared,
  });
  await stream.until(({ sent }) => sent.length > 0);
  stream.close();
  expect(stream.codes).toEqual([]);
}

/** Runs everything that the pages show, in order, each page in a separate folder. */
function describePages(pages: readonly string[], home: string, surroundings: () => Surroundings): void {
  describe.each(pages.filter((page) => snippetsOf(page).some(isRun)))('%s', (page) => {
    const cwd = join(home, page.replaceAll('/', '-'));
    beforeAll(() => {
      mkdirSync(cwd);
      symlinkSync(join(PROJECT, 'schema'), join(cwd, 'schema'));
      for (const snippet of snippetsOf(page)) {
        const name = markedAs('file', snippet);
        if (name !== null) writeFileSync(join(cwd, name), snippet.code);
      }
    });

    const named = snippetsOf(page)
      .filter(isRun)
      .map((snippet) => ({ name: markedAs('recipe', snippet) ?? snippet.code.slice(0, TITLE_LENGTH), snippet }));

    it.each(named)('$name', async ({ name, snippet }) => {
      if (snippet.language === 'graphql') await expectOperation(snippet, surroundings());
      else await expectAnswered(snippet, name, cwd, surroundings().env);
    });
  });
}

const GUIDES = 'docs/guides/';

export function describeGuides(subject: () => Subject): void {
  describe('the documentation', () => {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-guides-'));
    afterAll(() => rmSync(folder, { recursive: true }));

    /** Saves the keys as profiles. @returns the environment with them. */
    async function logIn(name: string, keys: Readonly<Record<string, string>>): Promise<NodeJS.ProcessEnv> {
      const { PORTCULLIS_KEY: _key, ...rest } = subject().environment;
      const env = { ...rest, XDG_CONFIG_HOME: join(folder, name) };
      for (const [profile, key] of Object.entries(keys))
        await shell(`portcullis login --profile ${profile} <<< ${key}`, folder, env);
      return env;
    }

    describe('guides, which show the demo data', () => {
      let surroundings: Surroundings;
      beforeAll(async () => {
        const { testGateway, administratorKey } = subject();
        const prod = await testGateway.createAccount('acme-prod');
        const keys = { ops: testGateway.master.key, dev: administratorKey, prod: prod.key };
        const env = await logIn('guides', keys);
        surroundings = { env, administrator: testGateway.client(administratorKey), variables: {} };
      }, 30_000);

      describePages(
        PAGES.filter((page) => page.startsWith(GUIDES)),
        folder,
        () => surroundings,
      );
    });

    describe('other pages, which may change the data that they use', () => {
      let surroundings: Surroundings;
      beforeAll(async () => {
        const { testGateway } = subject();
        const dev = await testGateway.createAccount('docs-dev');
        const prod = await testGateway.createAccount('docs-prod');
        const { createApiKey } = await dev.ask<{ createApiKey: { secret: string } }>(VIEWER);
        const { createTool } = await dev.ask<{ createTool: { id: string } }>(TOOL);
        await dev.ask(AGENT, { toolIds: [createTool.id] });
        const { createMcpServer } = await dev.ask<{ createMcpServer: { id: string } }>(SERVER);
        const env = await logIn('others', { dev: dev.key, prod: prod.key });
        surroundings = {
          env: { ...env, ACCOUNT_KEY: createApiKey.secret, ADMIN_KEY: dev.key },
          administrator: dev,
          variables: { tool: createTool.id, server: createMcpServer.id, value: 'a secret of a server', after: 0 },
        };
      }, 30_000);

      describePages(
        PAGES.filter((page) => page !== 'README.md' && !page.startsWith(GUIDES)),
        folder,
        () => surroundings,
      );
    });

    it('the configuration of docs/guides/codegen.md generates types from the schema and its operations', async () => {
      const [config] = snippetsOf('docs/guides/codegen.md').filter(({ mark }) => mark === 'codegen');
      const cwd = join(folder, 'codegen');
      mkdirSync(cwd);
      symlinkSync(join(PROJECT, 'schema'), join(cwd, 'schema'));
      symlinkSync(join(PROJECT, 'node_modules'), join(cwd, 'node_modules'));
      writeFileSync(join(cwd, 'codegen.yml'), config?.code ?? '');
      const program = join(PROJECT, 'node_modules/@graphql-codegen/cli/cjs/bin.js');
      await run(process.execPath, [program, '--config', 'codegen.yml'], { cwd });
      const { stdout } = await run('grep', ['-c', 'AgentsPageDocument', 'generated.ts'], { cwd });
      expect(Number(stdout)).toBeGreaterThan(0);
    }, 60_000);

    it.each(PAGES)('the settings that %s shows exist, and the values that it provides are used', (page) => {
      const blocks = (mark: string): string =>
        snippetsOf(page)
          .filter((each) => each.mark === mark)
          .map(({ code }) => code)
          .join('');
      const names = [...blocks('settings').matchAll(/\b([A-Z][A-Z_]+)=/g)].map(([, name = '']) => name);
      expect(names.filter((name) => !(name in settings.shape) && name !== 'NODE_ENV')).toEqual([]);
      const given = [...blocks('given').matchAll(/\b([A-Z][A-Z_]+)=/g)].map(([, name = '']) => name);
      const recipes = snippetsOf(page).filter(isRun);
      expect(given.filter((name) => !recipes.some(({ code }) => code.includes(`$${name}`)))).toEqual([]);
    });
  });
}
