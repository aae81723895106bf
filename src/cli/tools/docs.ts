/** Writes the generated parts of README.md and of the pages of docs: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGatewaySchema } from '../../graph/schema';
import { gatewayRegistry } from '../../resources';
import { manual } from './manual';
import { permissionMatrix } from './permission-matrix';
import { errorsTable, settingsTable, withTable } from './tables';

/** From dist/src/cli/tools to the project. */
const PROJECT = join(__dirname, '../../../..');

const { operations, nested } = permissionMatrix(buildGatewaySchema(gatewayRegistry.resolvers), gatewayRegistry);

for (const [file, name, content] of [
  ['README.md', 'settings', settingsTable()],
  ['docs/errors.md', 'errors', errorsTable()],
  ['docs/command-line.md', 'manual', manual()],
  ['docs/permissions.md', 'operations', operations],
  ['docs/permissions.md', 'nested', nested],
] as const) {
  const path = join(PROJECT, file);
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), name, content));
}
