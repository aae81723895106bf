/** The packed directives protect another schema: installed outside this repository, in a GraphQL Yoga server. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { newFolder } from '../harness/run';

const run = promisify(execFile);
const PROJECT = join(__dirname, '../..');
const PACKAGE = join(PROJECT, 'packages/directives');
const INSTALLED = ['@graphql-tools/schema', '@graphql-tools/utils', 'graphql', 'graphql-yoga'];

const folder = newFolder();
const installed = join(folder, 'node_modules/portcullis-directives');
let server: ChildProcess;
let url: string;
const problems: string[] = [];

/** Installs like npm, without a registry. */
async function install(): Promise<void> {
  const modules = join(folder, 'node_modules');
  await mkdir(installed, { recursive: true });
  for (const name of INSTALLED) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(PROJECT, 'node_modules', name), join(modules, name));
  }
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: PACKAGE });
  const [file = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await run('tar', ['-xzf', join(folder, file), '-C', installed, '--strip-components=1']);
  const readme = await readFile(join(PACKAGE, 'README.md'), 'utf8');
  await writeFile(
    join(folder, 'server.mjs'),
    /^```js run=test\/directives\/package\.test\.ts\n([^]*?)^```$/m.exec(readme)?.[1] ?? '',
  );
}

beforeAll(async () => {
  await install();
  server = spawn(process.execPath, ['server.mjs'], { cwd: folder, env: { ...process.env, PORT: '0' } });
  if (!server.stdout || !server.stderr) throw new Error('The server has no output.');
  createInterface(server.stderr).on('line', (line) => problems.push(line));
  const [port] = await new Promise<string[]>((resolve, reject) => {
    createInterface(server.stdout ?? process.stdin).once('line', (line) => resolve([line]));
    server.once('exit', () => reject(new Error(problems.join('\n'))));
  });
  url = `http://127.0.0.1:${port}/graphql`;
}, 60_000);
afterAll(async () => {
  server.kill();
});

interface Answer {
  readonly data: unknown;
  readonly codes: unknown[];
}

async function ask(key: string | null, query: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(key !== null && { 'x-api-key': key }) };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const { data, errors = [] } = (await answer.json()) as {
    data?: unknown;
    errors?: { extensions?: { code?: string } }[];
  };
  return { data, codes: errors.map(({ extensions }) => extensions?.code) };
}

const ACME = 'key-of-acme';
const MASTER = 'key-of-operators';

it('each caller reads the rows of its account, and an operator those of all accounts or of one', async () => {
  const own = await ask(ACME, '{ notes { id accountId } }');
  expect(own).toEqual({ data: { notes: [{ id: '1', accountId: 'acme' }] }, codes: [] });
  expect(await ask(MASTER, '{ notes { id } accounts }')).toEqual({
    data: { notes: [{ id: '1' }, { id: '2' }], accounts: ['acme', 'globex'] },
    codes: [],
  });
  expect(await ask(MASTER, '{ notes(accountId: "globex") { id } }')).toMatchObject({ data: { notes: [{ id: '2' }] } });
});

it('a row of another account is answered like a missing one, although its resolver returned it, and is reported', async () => {
  const [foreign, missing] = await Promise.all(['2', '3'].map((id) => ask(ACME, `{ note(id: "${id}") { text } }`)));
  expect(foreign).toEqual({ data: { note: null }, codes: [] });
  expect(foreign).toEqual(missing);
  expect((await ask('key-of-globex', '{ note(id: "2") { text } }')).data).toEqual({
    note: { text: 'Buy the printer' },
  });
  expect(problems).toEqual(['A resolver of Query.note returned a row of another account']);
});

it.each([
  ['nobody', null, '{ notes { id } }', 'UNAUTHENTICATED'],
  ['a caller with a wrong key', 'no key', '{ notes { id } }', 'UNAUTHENTICATED'],
  ['an account', ACME, '{ accounts }', 'FORBIDDEN'],
  ['an account that names another', ACME, '{ notes(accountId: "globex") { id } }', 'ACCOUNT_MISMATCH'],
  [
    'an account that writes to another',
    ACME,
    'mutation { addNote(accountId: "globex", text: "x") { id } }',
    'ACCOUNT_MISMATCH',
  ],
  ['an operator that names no account', MASTER, 'mutation { addNote(text: "x") { id } }', 'BAD_USER_INPUT'],
])('%s is refused before the resolver runs', async (_name, key, query, code) => {
  expect((await ask(key, query)).codes).toEqual([code]);
  expect((await ask(MASTER, '{ notes { id } }')).data).toEqual({ notes: [{ id: '1' }, { id: '2' }] });
});

it('a public field needs no caller', async () => {
  expect(await ask(null, '{ version }')).toEqual({ data: { version: '1' }, codes: [] });
});

it('a change is made in the account of the caller, or in the one that an operator names', async () => {
  const added = await ask(ACME, 'mutation { addNote(text: "x") { accountId } }');
  expect(added.data).toEqual({ addNote: { accountId: 'acme' } });
  const named = await ask(MASTER, 'mutation { addNote(accountId: "globex", text: "y") { accountId } }');
  expect(named.data).toEqual({ addNote: { accountId: 'globex' } });
});

/** A change of the server's program, and the reason why it then does not start. */
const GAPS = [
  [' @scoped { id', ' { id', 'Note carries rows (Note.accountId) but has no directive. Add @scoped or @masterOnly.'],
  ['notes: [Note!]! @scoped', 'notes: [Note!]!', 'Query.notes has no directive: nobody decided who may use it.'],
  ['@scoped(action: WRITE)', '@scoped', 'Mutation.addNote is a mutation that only reads.'],
  ['note(id: ID!): Note @scoped', 'note(id: ID!): Note @public(reason: "x")', 'Query.note is @public but returns Note'],
] as const;

it('a schema with a gap is refused when it is built', async () => {
  const program = await readFile(join(folder, 'server.mjs'), 'utf8');
  const outputs = GAPS.map(async ([written, instead], index) => {
    const file = join(folder, `gap-${index}.mjs`);
    await writeFile(file, program.replace(written, instead).replace('4000', '0').concat('process.exit(0);\n'));
    return run(process.execPath, [file]).then(
      ({ stdout }) => stdout,
      (error: unknown) => String(error),
    );
  });
  expect(await Promise.all(outputs)).toEqual(
    GAPS.map(([, , violation]) => expect.stringContaining(violation) as unknown),
  );
}, 60_000);

it('the package contains the code that protects the gateway, and nothing else of it', async () => {
  const files = (await readdir(installed, { recursive: true })).filter((name) => name.endsWith('.js')).sort();
  const sources = (await readdir(join(PROJECT, 'src/graph/directives')))
    .filter((name) => !name.endsWith('.test.ts'))
    .map((name) => `dist/src/graph/directives/${name.replace(/\.ts$/, '.js')}`);
  const own = ['account-policy', 'index'].map((name) => `dist/packages/directives/src/${name}.js`);
  expect(files).toEqual([...own, ...sources, 'dist/src/util/scope-tag.js'].sort());
  expect((await readdir(installed)).sort()).toEqual(['README.md', 'dist', 'package.json']);
});
