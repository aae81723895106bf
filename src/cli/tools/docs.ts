/** Writes what is generated into README.md, docs/errors.md and docs/command-line.md: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manual } from './manual';
import { errorsTable, settingsTable, withTable } from './tables';

/** From dist/src/cli/tools to the project. */
const PROJECT = join(__dirname, '../../../..');

for (const [file, name, content] of [
  ['README.md', 'settings', settingsTable()],
  ['docs/errors.md', 'errors', errorsTable()],
  ['docs/command-line.md', 'manual', manual()],
] as const) {
  const path = join(PROJECT, file);
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), name, content));
}
