/**
 * Finds what a change of the schema breaks for clients: compares schema/ with the last tag, or without tags with the
 * branch point from main. Arguments: folders of recorded operations (*.graphql) that must stay valid, too.
 */
const { execFileSync } = require('node:child_process');
const { existsSync, readdirSync, readFileSync } = require('node:fs');
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
  separateOperations,
  validate,
} = require('graphql');

const SCHEMA = 'schema/schema.graphql';
const OPERATIONS = 'schema/operations';

const git = (...command) => execFileSync('git', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function attempt(...command) {
  try {
    return git(...command).trim() || null;
  } catch {
    return null;
  }
}

/** The last tag, or where the branch left main; null in a copy without history. */
const baseOf = () =>
  attempt('describe', '--tags', '--abbrev=0') ??
  attempt('merge-base', 'HEAD', 'origin/main') ??
  attempt('merge-base', 'HEAD', 'main');

/** Texts of the operations that were published with a commit. */
function operationsAt(commit) {
  const paths = git('ls-tree', '--name-only', '-r', commit, OPERATIONS).split('\n');
  return paths.filter((path) => path.endsWith('.graphql')).map((path) => git('show', `${commit}:${path}`));
}

const operationsIn = (folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));

/** What is wrong with operations under a schema; fragments may be in other files than the operations that spread them. */
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

/** Breaking changes that CHANGELOG.md announces, word for word, are made on purpose. */
function isAnnounced(problem) {
  if (!existsSync('CHANGELOG.md')) return false;
  const [, unreleased = ''] = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m);
  return unreleased.split('\n').includes(`- Breaking: ${problem}`);
}

function check(folders) {
  const schema = buildSchema(readFileSync(SCHEMA, 'utf8'));
  const base = baseOf();
  if (base === null)
    process.stdout.write('No tag and no branch main here: there is no earlier schema to compare with.\n');
  const before = base === null ? schema : buildSchema(git('show', `${base}:${SCHEMA}`));
  const published = base === null ? [] : operationsAt(base);
  // Each by itself: names are unique within a folder only.
  const broken = [operationsIn(OPERATIONS), published, ...folders.map(operationsIn)].flatMap((texts) =>
    brokenOperations(schema, texts),
  );
  const breaking = [...findBreakingChanges(before, schema).map(({ description }) => description), ...new Set(broken)];
  for (const { description } of findDangerousChanges(before, schema)) process.stdout.write(`Note: ${description}\n`);
  for (const problem of breaking.filter(isAnnounced)) process.stdout.write(`Announced: ${problem}\n`);
  const problems = [...breaking.filter((each) => !isAnnounced(each)), ...unexplainedDeprecations(schema)];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length === 0) {
    process.stdout.write(`The schema breaks nothing that was there at ${base ?? 'the start'}.\n`);
    return;
  }
  process.stderr.write(
    `${problems.length} problem(s) since ${base ?? 'the start'}. Keep what clients use and deprecate it, or announce the change in CHANGELOG.md under Unreleased, as a line "- Breaking: " and the text above.\n`,
  );
  process.exitCode = 1;
}

check(process.argv.slice(2));
