/** Builds clients/typescript into its dist/: ES modules, CommonJS, and the types of both. `npm run check` checks them. */
const { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const ts = require('typescript');

const PROJECT = join(__dirname, '..');
const CLIENT = join(PROJECT, 'clients/typescript');
const SOURCES = join(CLIENT, 'src');
const DIST = join(CLIENT, 'dist');

/** Files generated from the schema are created when they are needed, and never edited. */
function copyGenerated() {
  mkdirSync(join(SOURCES, 'generated'), { recursive: true });
  copyFileSync(join(PROJECT, 'schema/generated/operations.ts'), join(SOURCES, 'generated/operations.ts'));
  copyFileSync(join(PROJECT, 'schema/schema.graphql'), join(CLIENT, 'schema.graphql'));
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Each folder has a package.json that states its module type. */
const FORMATS = [
  { folder: 'esm', type: 'module', module: ts.ModuleKind.ESNext },
  { folder: 'cjs', type: 'commonjs', module: ts.ModuleKind.CommonJS },
];

function compile(file) {
  const source = readFileSync(join(SOURCES, file), 'utf8');
  const options = { target: ts.ScriptTarget.ES2023, isolatedDeclarations: true };
  const declaration = ts.transpileDeclaration(source, { compilerOptions: options }).outputText;
  for (const { folder, module } of FORMATS) {
    const output = join(DIST, folder, file.replace(/\.ts$/, ''));
    write(`${output}.js`, ts.transpileModule(source, { compilerOptions: { ...options, module } }).outputText);
    write(`${output}.d.ts`, declaration);
  }
}

rmSync(DIST, { recursive: true, force: true });
copyGenerated();
readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .forEach(compile);
for (const { folder, type } of FORMATS) write(join(DIST, folder, 'package.json'), `{ "type": "${type}" }\n`);
