/**
 * Lets a plain Node.js process load TypeScript, for tests that need a separate process (`node -r`). Compiled code is
 * kept, because tests start hundreds of processes.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const PROJECT = join(__dirname, '../..');
const CACHE = join(PROJECT, 'node_modules/.cache/typescript');
const configFile = join(PROJECT, '.swcrc');
/** A change of any of these changes every output. */
const compiler = [configFile, join(PROJECT, 'node_modules/@swc/core/package.json')].map((file) => readFileSync(file));

mkdirSync(CACHE, { recursive: true });

function compile(source, filename, cached) {
  const { transformSync } = require('@swc/core');
  const { code } = transformSync(source, { filename, configFile });
  // Renamed at the end, so that a process that starts in the meantime never reads half a file.
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
