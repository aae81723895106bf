/**
 * Builds packages/directives into its dist/: its own sources and the directives from src/ that they export, with their
 * types, as CommonJS, which ES modules can import as well.
 */
const { execFileSync } = require('node:child_process');
const { rmSync } = require('node:fs');
const { join } = require('node:path');

const PACKAGE = join(__dirname, '../packages/directives');

rmSync(join(PACKAGE, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', PACKAGE], { stdio: 'inherit' });
