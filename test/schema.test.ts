/** The files from which clients generate their code match the schema that is served. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  getNamedType,
  isInputObjectType,
  parse,
  validate,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
} from 'graphql';
import { printSchema } from '../src/graph/directives';
import { printSubgraph } from '../src/graph/federation/print-subgraph';
import { buildGatewaySchema } from '../src/graph/schema';
import { printBundleSchema, printSectionShapes } from '../src/promotion/bundle/json-schema';
import { sectionsOf } from '../src/promotion/bundle/sections';
import { resolvers, resources } from '../src/resources';
import { permissionsOf } from '../src/resources/permissions';

const FOLDER = join(__dirname, '../schema');
const schema = buildGatewaySchema(resolvers);

type Field = GraphQLField<unknown, unknown> | GraphQLInputField;

const types = (): GraphQLNamedType[] => Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

const fieldsOf = (type: GraphQLNamedType | null | undefined): Field[] =>
  type && 'getFields' in type ? Object.values<Field>(type.getFields()) : [];

const argumentsOf = (field: Field): readonly GraphQLArgument[] => ('args' in field ? field.args : []);

describe('schema/', () => {
  it('contains the schema that is served; if this fails, run: npm run schema', () => {
    expect(readFileSync(join(FOLDER, 'schema.graphql'), 'utf8')).toBe(printSchema(schema));
  });

  it('contains the subgraph that is served; if this fails, run: npm run schema', () => {
    const subgraph = printSubgraph(schema, permissionsOf(schema, resources));
    expect(readFileSync(join(FOLDER, 'subgraph.graphql'), 'utf8')).toBe(subgraph);
  });

  it('contains the JSON Schema by which bundles are checked; if this fails, run: npm run schema', () => {
    expect(readFileSync(join(FOLDER, 'bundle.schema.json'), 'utf8')).toBe(printBundleSchema(sectionsOf(resources)));
  });

  it('contains the sections by which large bundles are split; if this fails, run: npm run schema', () => {
    const stored = readFileSync(join(FOLDER, 'generated/bundle-sections.ts'), 'utf8');
    expect(stored).toBe(printSectionShapes(sectionsOf(resources)));
  });

  it('contains only operations that are valid in the schema', () => {
    const files = readdirSync(join(FOLDER, 'operations'), { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((file) => file.endsWith('.graphql'))
      .map((file) => readFileSync(join(FOLDER, 'operations', file), 'utf8'));
    const errors = validate(schema, parse(texts.join('\n')));
    expect(errors.map(({ message }) => message)).toEqual([]);
  });

  it('describes every type, every field and every argument', () => {
    const roots = ['Query', 'Mutation', 'Subscription'];
    const undescribed = types().flatMap((type): string[] => {
      const fields = fieldsOf(type);
      const own = roots.includes(type.name) ? [] : [type];
      return [...own, ...fields, ...fields.flatMap(argumentsOf)]
        .filter(({ description }) => !description?.trim())
        .map(({ name }) => `${type.name} ${name}`);
    });
    expect(undescribed).toEqual([]);
  });

  it('states the maximum size of every text and object of a mutation', () => {
    const inputs = types().filter((type) => isInputObjectType(type) && !type.name.endsWith('Filter'));
    const slots: (Field | GraphQLArgument)[] = [
      ...inputs.flatMap(fieldsOf),
      ...fieldsOf(schema.getMutationType()).flatMap(argumentsOf),
    ];
    const sized = slots.filter((slot) => ['String', 'JSONObject'].includes(getNamedType(slot.type).name));
    expect(sized.length).toBeGreaterThan(50);
    expect(sized.filter(({ description }) => !/\d/.test(description ?? '')).map(({ name }) => name)).toEqual([]);
  });
});
