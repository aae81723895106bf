/**
 * Compiles the product into dist/ with swc: only files that changed since the last time. `npm run check` checks types.
 */
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join, relative } = require('node:path');

const PROJECT = join(__dirname, '..');
const DIST = join(PROJECT, 'dist');
/** Source -> hash of the inputs of its output. */
const MANIFEST = join(DIST, '.build.json');
const FOLDERS = ['src', 'schema/generated'];
/** A change of any of these changes every output. */
const COMPILER = ['.swcrc', 'scripts/build.js', 'package-lock.json'];

const read = (file) => readFileSync(join(PROJECT, file));
const hashOf = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
const outputOf = (source) => join(DIST, source.replace(/\.ts$/, '.js'));

function sourcesIn(folder) {
  return readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.(test|d)\.ts$/.test(entry.name))
    .map((entry) => relative(PROJECT, join(entry.parentPath ?? entry.path, entry.name)));
}

function lastManifest() {
  try {
    return JSON.parse(readFileSync(MANIFEST, 'utf8'));
  } catch {
    return {};
  }
}

/** Renamed at the end, so that a process that starts in the meantime never reads half a file. */
function writeWhole(path, content) {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}

function compiler() {
  try {
    return require('@swc/core');
  } catch {
    throw new Error('dist/ is not up to date and the compiler is not installed: run "npm ci" without --omit=dev.');
  }
}

async function compile(source, { transform }) {
  const output = outputOf(source);
  const { code, map } = await transform(read(source).toString(), {
    filename: join(PROJECT, source),
    configFile: join(PROJECT, '.swcrc'),
    sourceMaps: true,
    sourceFileName: relative(dirname(output), join(PROJECT, source)),
  });
  mkdirSync(dirname(output), { recursive: true });
  writeWhole(`${output}.map`, map);
  writeWhole(output, `${code}\n//# sourceMappingURL=${output.split('/').at(-1)}.map\n`);
}

/** Outputs of deleted sources would still be loaded. */
function removeStrays(folders, sources) {
  const outputs = new Set(sources.map(outputOf));
  for (const folder of folders.map((each) => join(DIST, each)).filter(existsSync))
    for (const file of readdirSync(folder, { recursive: true }).map((each) => join(folder, each)))
      if (file.endsWith('.js') && !outputs.has(file)) rmSync(file);
}

/** @returns how many files were compiled. */
async function build(folders = FOLDERS) {
  const compilerHash = hashOf(...COMPILER.map(read));
  const sources = folders.flatMap(sourcesIn);
  const manifest = Object.fromEntries(sources.map((source) => [source, hashOf(compilerHash, read(source))]));
  const last = lastManifest();
  const stale = sources.filter((source) => manifest[source] !== last[source] || !existsSync(outputOf(source)));
  if (stale.length > 0) {
    const swc = compiler();
    await Promise.all(stale.map((source) => compile(source, swc)));
    writeWhole(MANIFEST, JSON.stringify({ ...last, ...manifest }));
  }
  removeStrays(folders, sources);
  // The command line prints its version.
  const description = read('package.json');
  const copy = join(DIST, 'package.json');
  if (!existsSync(copy) || !description.equals(readFileSync(copy))) writeWhole(copy, description);
  return stale.length;
}

module.exports = { build };

if (require.main === module)
  build(process.argv.includes('--bench') ? [...FOLDERS, 'bench'] : undefined).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
