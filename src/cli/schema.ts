/** Writes schema/schema.graphql, the contract that frontends and code generators read: `npm run schema`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printSchema } from '../graph/directives';
import { buildGatewaySchema } from '../graph/schema';
import { resolvers } from '../resources';

/** From dist/src/cli to the project's own schema folder, wherever the command is run from. */
const FILE = join(__dirname, '../../../schema/schema.graphql');

writeFileSync(FILE, printSchema(buildGatewaySchema(resolvers)));
