/** npm run schema:check detects what a schema change breaks, in a separate repository. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './harness/run';

const SCRIPT = join(__dirname, '../scripts/schema-check.js');
const SCHEMA = 'type Query { tools(first: Int): [Tool!]! } type Tool { id: ID! name: String! } enum Kind { HTTP MCP }';
const OPERATION = 'query Tools { tools { ...Row } }';
const FRAGMENT = 'fragment Row on Tool { name }';

let folder: string;

const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
const git = (...command: string[]): void => {
  const who = ['-c', 'user.name=A test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main'];
  execFileSync('git', [...who, ...command], { cwd: folder, stdio: 'ignore' });
};

function check(...folders: string[]): { code: number | null; output: string; problems: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...folders], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, output: stdout, problems: stderr };
}

beforeEach(() => {
  folder = newFolder();
  mkdirSync(join(folder, 'schema/operations'), { recursive: true });
  write('schema/schema.graphql', SCHEMA);
  write('schema/operations/tools.graphql', OPERATION);
  write('schema/operations/fragments.graphql', FRAGMENT);
  write('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n\n## [0.1.0]\n');
  write('package.json', '{ "version": "0.1.0" }');
  expect(check('--release').code).toBe(0);
  git('init');
  git('add', '.');
  git('commit', '-m', 'a first schema');
});

it('additions are accepted, and new enum values are reported', () => {
  write(
    'schema/schema.graphql',
    SCHEMA.replace('name: String!', 'name: String! tags: [String!]!').replace('MCP', 'MCP SQL'),
  );
  expect(check()).toEqual({ code: 0, output: expect.stringContaining('Note: SQL was added'), problems: '' });
});

it('a breaking change is refused until the changelog announces it', () => {
  write('schema/schema.graphql', SCHEMA.replace('tools(first: Int)', 'tools(first: Int, kind: Kind!)'));
  write('schema/operations/tools.graphql', OPERATION.replace('tools', 'tools(kind: MCP)'));
  const added = 'A required arg kind on Query.tools was added.';
  const operation =
    'Operation Tools: Field "tools" argument "kind" of type "Kind!" is required, but it was not provided.';
  const { code, problems } = check();
  expect([code, problems]).toEqual([1, expect.stringContaining(`${added}\n${operation}\n2 problem(s)`)]);
  write('CHANGELOG.md', `## [Unreleased]\n\n- Breaking: ${added}\n- Breaking: ${operation}\n\n## [0.1.0]\n`);
  expect(check().code).toBe(0);
  write('CHANGELOG.md', `## [Unreleased]\n\n## [0.1.0]\n\n- Breaking: ${added}\n- Breaking: ${operation}\n`);
  expect(check().code).toBe(1);
});

it('a published operation and a recorded one must stay valid', () => {
  mkdirSync(join(folder, 'recorded'));
  write('recorded/one.graphql', 'query Recorded { tools { id } }');
  write('schema/schema.graphql', SCHEMA.replace('id: ID! name: String!', 'key: ID!'));
  write('schema/operations/fragments.graphql', 'fragment Row on Tool { key }');
  const { problems } = check('recorded');
  expect(problems).toContain('Operation Tools: Cannot query field "name" on type "Tool".');
  expect(problems).toContain('Operation Recorded: Cannot query field "id" on type "Tool".');
});

it('the schema is compared with the last release, regardless of the number of commits since', () => {
  const broken = SCHEMA.replace('name: String!', 'name: String');
  write('schema/schema.graphql', broken);
  git('commit', '-a', '-m', 'a change');
  write('schema/schema.graphql', broken.replace('MCP', 'MCP SQL'));
  git('commit', '-a', '-m', 'another change');
  expect(check().problems).toMatch(/^Tool\.name changed type from String! to String\.\n1 problem\(s\) since 0\.1\.0/);
});

it('the released schema changes only together with the version, which must be in the changelog', () => {
  const refused = { code: 1, problems: expect.stringContaining('was changed without a new version') };
  write('schema/schema.graphql', SCHEMA.replace('name: String!', 'name: String'));
  expect(check('--release').code).toBe(0);
  expect(check()).toMatchObject(refused);
  git('commit', '-a', '-m', 'a release without a version');
  expect(check()).toMatchObject(refused);
  git('reset', '--hard', 'HEAD~');
  write('schema/schema.graphql', SCHEMA.replace('name: String!', 'name: String'));
  write('package.json', '{ "version": "1.0.0" }');
  expect(check('--release')).toMatchObject({ code: 1, problems: expect.stringContaining('has no section for 1.0.0') });
  write('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n\n## [1.0.0]\n\n## [0.1.0]\n');
  expect(check('--release').code).toBe(0);
  git('commit', '-a', '-m', 'a release');
  expect(check()).toMatchObject({ code: 0, output: expect.stringContaining('that was released as 1.0.0') });
});

it('a deprecation without a reason is refused', () => {
  write('schema/schema.graphql', SCHEMA.replace('name: String!', 'name: String! @deprecated'));
  expect(check()).toMatchObject({
    code: 1,
    problems: expect.stringContaining('Tool.name is deprecated without a reason'),
  });
  write('schema/schema.graphql', SCHEMA.replace('name: String!', 'name: String! @deprecated(reason: "Use id.")'));
  expect(check().code).toBe(0);
});
