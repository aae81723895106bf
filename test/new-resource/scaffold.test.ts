/** `npm run new:resource` writes a resource that has every required property without further code. */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase } from '../harness/database';
import { newFolder } from '../harness/run';
import { connected } from '../harness/sql';

const PROJECT = join(__dirname, '../..');
const COPIED = ['src', 'migrations', 'schema', 'test/harness', 'package.json', 'tsconfig.json', '.swcrc'];
const root = newFolder();

const scaffold = (...names: string[]): string =>
  execFileSync(process.execPath, [join(PROJECT, 'scripts/new-resource.js'), ...names], {
    env: { ...process.env, PROJECT_ROOT: root },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const migrationFile = (): string => readdirSync(join(root, 'migrations')).find((file) => /prompts/.test(file)) ?? '';

beforeAll(() => {
  for (const path of COPIED) cpSync(join(PROJECT, path), join(root, path), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'));
  scaffold('prompt');
});

it('a scaffolded resource has queries and mutations in an accepted schema', () => {
  const program = `
    const { resolvers } = require('./src/resources');
    const schema = require('./src/graph/schema').buildGatewaySchema(resolvers);
    const names = (type) => Object.keys(type.getFields()).filter((name) => /prompt/i.test(name));
    console.log(JSON.stringify([names(schema.getQueryType()), names(schema.getMutationType())]));`;
  const args = ['-r', 'reflect-metadata', '-r', './test/harness/typescript.js', '-e', program];
  const printed = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual([
    ['prompt', 'prompts'],
    ['createPrompt', 'updatePrompt', 'deletePrompt', 'restorePrompt'],
  ]);
}, 60_000);

it("a scaffolded table has the indexes, policies and audit triggers of the product's tables", async () => {
  const database = await createDatabase();
  try {
    const roles: Record<string, string> = {};
    for (const kind of ['tenant', 'operator', 'restricted'] as const)
      roles[kind] = new URL(database[`${kind}Url`]).username;
    const sql = readFileSync(join(root, 'migrations', migrationFile()), 'utf8');
    await connected(database.ownerUrl, (owner) =>
      owner.query(sql.replace(/\{\{(\w+)\}\}/g, (_, kind: string) => roles[kind] ?? '')),
    );
    const described = `
      SELECT replace(n, $1, 'x') AS name FROM (
        SELECT indexname AS n FROM pg_indexes WHERE tablename = $1
        UNION ALL SELECT policyname FROM pg_policies WHERE tablename = $1
        UNION ALL SELECT tgname FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal
        UNION ALL SELECT 'forced ' || relforcerowsecurity FROM pg_class WHERE oid = $1::regclass) s ORDER BY 1`;
    const [prompt, tool] = await connected(database.superuserUrl, async (client) => [
      (await client.query(described, ['prompt'])).rows,
      (await client.query(described, ['tool'])).rows,
    ]);
    expect(prompt?.length).toBeGreaterThan(15);
    // Keys that are restricted to rows cannot use a new resource until it declares which row it belongs to.
    const own = tool?.filter(({ name }: { name: string }) => !/^(restricted_rows|x_by_owner_team)$/.test(name));
    expect(prompt).toEqual(own);
  } finally {
    await database.drop();
  }
}, 60_000);

it('a name that exists or is not lower case is refused before anything is written', () => {
  const before = readFileSync(join(root, 'src/resources/index.ts'), 'utf8');
  for (const name of ['prompt', 'Prompt', '../prompt']) expect(() => scaffold(name)).toThrow(/Command failed/);
  expect(readFileSync(join(root, 'src/resources/index.ts'), 'utf8')).toBe(before);
});
