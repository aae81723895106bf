/**
 * Writes what clients, generators, editors and reviewers read: schema/schema.graphql, schema/subgraph.graphql,
 * schema/bundle.schema.json, schema/generated/bundle-sections.ts and schema/database.sql: `npm run schema`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dumpMigrated } from '../../db/setup/dump-migrated';
import { migrate } from '../../db/setup/migrate';
import { startEmbedded } from '../../embedded-postgres/start-embedded';
import { printSchema } from '../../graph/directives';
import { printSubgraph } from '../../graph/federation/print-subgraph';
import { buildGatewaySchema } from '../../graph/schema';
import { printBundleSchema, printSectionShapes } from '../../promotion/bundle/json-schema';
import { sectionsOf } from '../../promotion/bundle/sections';
import { resolvers, resources } from '../../resources';
import { permissionsOf } from '../../resources/permissions';
import { projectFile } from '../../util/project-file';
import { runTool } from './run-tool';

/** From a temporary database. */
async function databaseSchema(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-schema-'));
  try {
    // PostgreSQL may run as another user than ours.
    await chmod(folder, 0o711);
    const dataDir = join(folder, 'data');
    const server = await startEmbedded({ dataDir, log: () => undefined, unsafeSettings: { fsync: 'off' } });
    try {
      await migrate(server.url, { DATA_DIR: dataDir });
      return await dumpMigrated(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const schema = buildGatewaySchema(resolvers);
  writeFileSync(projectFile('schema', 'schema.graphql'), printSchema(schema));
  writeFileSync(projectFile('schema', 'subgraph.graphql'), printSubgraph(schema, permissionsOf(schema, resources)));
  writeFileSync(projectFile('schema', 'bundle.schema.json'), printBundleSchema(sectionsOf(resources)));
  writeFileSync(projectFile('schema', 'generated', 'bundle-sections.ts'), printSectionShapes(sectionsOf(resources)));
  writeFileSync(projectFile('schema', 'database.sql'), await databaseSchema());
  return 0;
}

runTool(main);
