/** The files that clients generate their code from are the schema that is served. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, validate, type GraphQLField, type GraphQLInputField } from 'graphql';
import { printSchema } from '../src/graph/directives';
import { buildGatewaySchema } from '../src/graph/schema';
import { printBundleSchema } from '../src/promotion/json-schema';
import { kindsOf } from '../src/promotion/kinds';
import { resolvers, resources } from '../src/resources';

const FOLDER = join(__dirname, '../schema');
const schema = buildGatewaySchema(resolvers);

describe('schema/', () => {
  it('holds the schema that is served; if this fails, run: npm run schema', () => {
    expect(readFileSync(join(FOLDER, 'schema.graphql'), 'utf8')).toBe(printSchema(schema));
  });

  it('holds the JSON Schema of bundles that imports are checked with; if this fails, run: npm run schema', () => {
    expect(readFileSync(join(FOLDER, 'bundle.schema.json'), 'utf8')).toBe(printBundleSchema(kindsOf(resources)));
  });

  it('holds only operations that the schema answers', () => {
    const files = readdirSync(join(FOLDER, 'operations'), { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((file) => file.endsWith('.graphql'))
      .map((file) => readFileSync(join(FOLDER, 'operations', file), 'utf8'));
    const errors = validate(schema, parse(texts.join('\n')));
    expect(errors.map(({ message }) => message)).toEqual([]);
  });

  it('describes every type and every field', () => {
    const roots = ['Query', 'Mutation', 'Subscription'];
    const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
    const undescribed = types.flatMap((type): string[] => {
      const fields: { name: string; description?: string | null }[] =
        'getFields' in type ? Object.values<GraphQLField<unknown, unknown> | GraphQLInputField>(type.getFields()) : [];
      const own = roots.includes(type.name) ? [] : [type];
      return [...own, ...fields]
        .filter(({ description }) => !description?.trim())
        .map(({ name }) => `${type.name} ${name}`);
    });
    expect(undescribed).toEqual([]);
  });
});
