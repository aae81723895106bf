/**
 * Finds what a schema change breaks for clients: compares schema/ with schema/released, which contains the schema and
 * the operations of the last release. Arguments: folders of recorded operations (*.graphql) that must stay valid, too.
 * `--release` stores the schema of a release in schema/released.
 */
const { execFileSync } = require('node:child_process');
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const {
  buildSchema,
  DEFAULT_DEPRECATION_REASON,
  findBreakingChanges,
  findDangerousChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  print,
  separateOperations,
  validate,
  visit,
} = require('graphql');

const SCHEMA = 'schema/schema.graphql';
const OPERATIONS = 'schema/operations';
const RELEASED = 'schema/released';
/** States the version of the files. */
const RELEASE = join(RELEASED, 'release.json');

const git = (...command) => execFileSync('git', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function attempt(...command) {
  try {
    return git(...command).trim() || null;
  } catch {
    return null;
  }
}

/** The version in a package.json, of the working folder or of a commit; null if there is none. */
function versionOf(file, commit = null) {
  const text = commit === null ? existsSync(file) && readFileSync(file, 'utf8') : attempt('show', `${commit}:${file}`);
  return text ? JSON.parse(text).version : null;
}

/** Released files change only together with the version. */
function releaseProblems() {
  if (attempt('rev-parse', 'HEAD') === null) return [];
  const isChanged = attempt('status', '--porcelain', '--', RELEASED) !== null;
  const commit = isChanged ? null : attempt('log', '-1', '--format=%H', '--', RELEASED);
  const before = isChanged ? 'HEAD' : `${commit}~`;
  const was = commit === null && !isChanged ? null : versionOf(RELEASE, before);
  if (was === null || was !== versionOf(RELEASE, commit)) return [];
  return [`${RELEASED} was changed without a new version: it holds what was released as ${was}. Restore it.`];
}

/** Without descriptions and comments, which break nothing. */
function bare(text) {
  const undescribed = (node) => (node.description ? { ...node, description: undefined } : undefined);
  return `${print(visit(parse(text), { enter: undescribed }))}\n`;
}

/** Stores the schema and the operations of this version, with which later versions are compared. */
function release() {
  const version = versionOf('package.json');
  if (!readFileSync('CHANGELOG.md', 'utf8').includes(`\n## [${version}]`))
    throw new Error(`CHANGELOG.md has no section for ${version}: turn Unreleased into it, and raise the version.`);
  mkdirSync(RELEASED, { recursive: true });
  writeFileSync(RELEASE, `${JSON.stringify({ version })}\n`);
  writeFileSync(join(RELEASED, 'schema.graphql'), bare(readFileSync(SCHEMA, 'utf8')));
  writeFileSync(join(RELEASED, 'operations.graphql'), bare(operationsIn(OPERATIONS).join('\n')));
}

const operationsIn = (folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));

/** Problems of operations with a schema; fragments may be in other files than the operations that use them. */
function brokenOperations(schema, texts) {
  if (texts.length === 0) return [];
  const operations = separateOperations(parse(texts.join('\n'), { noLocation: true }));
  return Object.entries(operations).flatMap(([name, document]) =>
    validate(schema, document).map(({ message }) => `Operation ${name}: ${message}`),
  );
}

/** Fields, arguments and values that are deprecated without saying what to use instead. */
function unexplainedDeprecations(schema) {
  const isUnexplained = ({ deprecationReason: reason }) =>
    reason !== undefined && reason !== null && (reason.trim() === '' || reason === DEFAULT_DEPRECATION_REASON);
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    const fields = isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? type.getFields() : {};
    const parts = [
      ...(isEnumType(type) ? type.getValues() : []).map((value) => [value.name, value]),
      ...Object.values(fields).flatMap((field) => [
        [field.name, field],
        ...(field.args ?? []).map((argument) => [`${field.name}(${argument.name}:)`, argument]),
      ]),
    ];
    return parts
      .filter(([, part]) => isUnexplained(part))
      .map(([name]) => `${type.name}.${name} is deprecated without a reason: say what to use instead.`);
  });
}

/** Breaking changes that CHANGELOG.md announces literally are intended. */
function isAnnounced(problem) {
  if (!existsSync('CHANGELOG.md')) return false;
  const [, unreleased = ''] = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m);
  return unreleased.split('\n').includes(`- Breaking: ${problem}`);
}

function check(folders) {
  const schema = buildSchema(readFileSync(SCHEMA, 'utf8'));
  const base = versionOf(RELEASE);
  if (base === null) process.stdout.write('Nothing was released: there is no earlier schema to compare with.\n');
  const before = base === null ? schema : buildSchema(readFileSync(join(RELEASED, 'schema.graphql'), 'utf8'));
  const published = base === null ? [] : [readFileSync(join(RELEASED, 'operations.graphql'), 'utf8')];
  // Each folder separately: names are unique only within a folder.
  const broken = [operationsIn(OPERATIONS), published, ...folders.map(operationsIn)].flatMap((texts) =>
    brokenOperations(schema, texts),
  );
  const breaking = [...findBreakingChanges(before, schema).map(({ description }) => description), ...new Set(broken)];
  for (const { description } of findDangerousChanges(before, schema)) process.stdout.write(`Note: ${description}\n`);
  for (const problem of breaking.filter(isAnnounced)) process.stdout.write(`Announced: ${problem}\n`);
  const problems = [
    ...breaking.filter((each) => !isAnnounced(each)),
    ...unexplainedDeprecations(schema),
    ...releaseProblems(),
  ];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length === 0) {
    process.stdout.write(base === null ? '' : `The schema breaks nothing that was released as ${base}.\n`);
    return;
  }
  process.stderr.write(
    `${problems.length} problem(s) since ${base ?? 'the start'}. Keep what clients use and deprecate it, or announce the change in CHANGELOG.md under Unreleased, as a line "- Breaking: " and the text above.\n`,
  );
  process.exitCode = 1;
}

const folders = process.argv.slice(2);
try {
  if (folders[0] === '--release') release();
  else check(folders);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
