/** Writes the generated tables into README.md and docs/errors.md: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsTable, settingsTable, withTable } from './tables';

/** From dist/src/cli to the project. */
const PROJECT = join(__dirname, '../../..');

for (const [file, name, content] of [
  ['README.md', 'settings', settingsTable()],
  ['docs/errors.md', 'errors', errorsTable()],
] as const) {
  const path = join(PROJECT, file);
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), name, content));
}
