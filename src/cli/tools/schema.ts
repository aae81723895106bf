/** Writes schema/schema.graphql and schema/bundle.schema.json, which clients, generators and editors read: `npm run schema`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printSchema } from '../../graph/directives';
import { buildGatewaySchema } from '../../graph/schema';
import { printBundleSchema } from '../../promotion/bundle/json-schema';
import { kindsOf } from '../../promotion/bundle/sections';
import { resolvers, resources } from '../../resources';

/** Run from its source: the build needs the documents that are generated from this schema. */
const FOLDER = join(__dirname, '../../../schema');

writeFileSync(join(FOLDER, 'schema.graphql'), printSchema(buildGatewaySchema(resolvers)));
writeFileSync(join(FOLDER, 'bundle.schema.json'), printBundleSchema(kindsOf(resources)));
