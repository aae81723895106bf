/**
 * Lets a plain Node process require TypeScript: for tests that need a process of their own, as in `node -r`. What was
 * compiled once is kept, since tests start hundreds of processes.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const PROJECT = join(__dirname, '../..');
const CACHE = join(PROJECT, 'node_modules/.cache/typescript');
const configFile = join(PROJECT, '.swcrc');
/** A change of these changes every output. */
const compiler = [configFile, join(PROJECT, 'node_modules/@swc/core/package.json')].map((file) => readFileSync(file));

mkdirSync(CACHE, { recursive: true });

function compile(source, filename, cached) {
  const { transformSync } = require('@swc/core');
  const { code } = transformSync(source, { filename, configFile });
  // At once, so that a process that starts meanwhile never reads half a file.
  const unfinished = `${cached}.${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, cached);
  return code;
}

function compiled(filename) {
  const source = readFileSync(filename, 'utf8');
  const hash = [...compiler, filename, source].reduce((sum, part) => sum.update(part), createHash('sha256'));
  const cached = join(CACHE, `${hash.digest('hex')}.js`);
  try {
    return readFileSync(cached, 'utf8');
  } catch {
    return compile(source, filename, cached);
  }
}

require.extensions['.ts'] = (module, filename) => module._compile(compiled(filename), filename);
