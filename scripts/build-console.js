/**
 * Builds the console into dist/console if any of its inputs changed. Run by npm after an install, and by `npm run
 * build`.
 */
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join, relative } = require('node:path');
const { promisify } = require('node:util');
const { gzip } = require('node:zlib');

const PROJECT = join(__dirname, '..');
const CONSOLE = join(PROJECT, 'console');
const GENERATED = join(CONSOLE, 'src', 'generated');
const OUTPUT = join(PROJECT, 'dist', 'console');
const STAMPS = { generated: join(GENERATED, '.stamp'), bundle: join(PROJECT, 'dist', '.console') };
const SCHEMA = join(PROJECT, 'schema', 'schema.graphql');
const TOOLS = ['package-lock.json', 'scripts/build-console.js', 'scripts/console-resources.js'].map((file) =>
  join(PROJECT, file),
);
/** Images and fonts are already compressed. */
const COMPRESSED = /\.(js|css|html|svg)$/;

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(relative(PROJECT, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

const isCurrent = (stamp, hash) => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;

/** Descriptions of the resources, and types for the documents in the sources, both generated from the schema. */
async function generate(sources) {
  const hash = hashOf([...TOOLS, SCHEMA, ...sources.filter((file) => readFileSync(file).includes('graphql('))]);
  if (isCurrent(STAMPS.generated, hash)) return;
  const { consoleResources } = require('./console-resources');
  const { generate: runCodegen, loadCodegenConfig } = require('@graphql-codegen/cli');
  mkdirSync(GENERATED, { recursive: true });
  const resources = JSON.stringify(consoleResources(readFileSync(SCHEMA, 'utf8')), null, 2);
  writeFileSync(
    join(GENERATED, 'resources.ts'),
    `import type { ResourceType } from '../resources/resource-type';\n\nexport const RESOURCE_TYPES: readonly ResourceType[] = ${resources};\n`,
  );
  const { config } = await loadCodegenConfig({ configFilePath: join(CONSOLE, 'codegen.yml') });
  await runCodegen({ ...config, cwd: PROJECT, silent: true, errorsOnly: true }, true);
  writeFileSync(STAMPS.generated, hash);
}

async function compress() {
  for (const file of filesIn(OUTPUT).filter((each) => COMPRESSED.test(each)))
    writeFileSync(`${file}.gz`, await promisify(gzip)(readFileSync(file), { level: 9 }));
}

/** @param isBundled false to write only the generated files, which the type checker needs. */
async function buildConsole(isBundled = true) {
  const files = filesIn(CONSOLE).filter((file) => !file.startsWith(GENERATED));
  await generate(files.filter((file) => /\.tsx?$/.test(file)));
  const hash = hashOf([...TOOLS, SCHEMA, ...files]);
  if (!isBundled || isCurrent(STAMPS.bundle, hash)) return;
  const { build } = await import('vite');
  await build({ configFile: join(CONSOLE, 'vite.config.mts'), logLevel: 'warn' });
  await compress();
  writeFileSync(STAMPS.bundle, hash);
}

/** Nothing can be built without the sources (an image installs packages first) or without the tools. */
function reasonNotTo() {
  if (!existsSync(CONSOLE) || !existsSync(SCHEMA)) return 'its sources are not here';
  try {
    require.resolve('vite/package.json');
    return null;
  } catch {
    return 'its tools are not installed (npm ci without --omit=dev installs them)';
  }
}

if (require.main === module) {
  const reason = reasonNotTo();
  if (reason !== null) process.stdout.write(`The console is not built: ${reason}.\n`);
  else
    buildConsole(!process.argv.includes('--generate')).catch((error) => {
      process.stderr.write(`The console cannot be built: ${error.stack}\n`);
      process.exitCode = 1;
    });
}
