/** With generated documents and failures on the product's schema, the executor answers as graphql-js does. */
import { mapSchema, MapperKind } from '@graphql-tools/utils';
import fc from 'fast-check';
import {
  astFromValue,
  execute,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  print,
  validate,
  type ExecutionResult,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { gatewaySchema } from '../../../test/harness/factories';
import { samplesOf } from '../../../test/isolation/operations';
import { AnswerBudget } from './answer-budget';
import { executeFields } from './execute-fields';
import { OperationPlan } from './operation-plan';

/** A number from 0 to 99 that depends only on the texts. */
function dice(...texts: readonly unknown[]): number {
  let hash = 2_166_136_261;
  for (const character of texts.join('/')) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619) >>> 0;
  return (hash >>> 7) % 100;
}

interface Run {
  readonly seed: number;
  /**
   * Whether all values are delayed. graphql-js does not wait for fields next to one that fails at once, and their
   * failures are then unhandled rejections, which end the process.
   */
  readonly isLate: boolean;
  readonly calls: Set<string>;
}

const pathOf = ({ path }: GraphQLResolveInfo): string => {
  const keys: (string | number)[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = path; at; at = at.prev) keys.unshift(at.key);
  return keys.join('.');
};

function plainValue(type: GraphQLOutputType, schema: GraphQLSchema, run: Run, place: string): unknown {
  const { seed } = run;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    return Array.from({ length: dice(seed, place, 'length') % 4 }, (_, index) =>
      valueAt(nullable.ofType, schema, run, `${place}.${index}`),
    );
  }
  if (isAbstractType(nullable)) {
    const possible = schema.getPossibleTypes(nullable);
    return { __typename: possible[dice(seed, place, 'type') % possible.length]?.name };
  }
  if (isObjectType(nullable)) return {};
  if (isEnumType(nullable)) return nullable.getValues()[0]?.value;
  switch (getNamedType(nullable).name) {
    case 'Int':
      return 7;
    case 'Boolean':
      return true;
    case 'DateTime':
      return '2026-01-01T00:00:00.000Z';
    case 'JSONObject':
      return { a: [place] };
    default:
      return place;
  }
}

/** Most values are valid; the others are null, delayed, broken or of the wrong kind. */
function valueAt(type: GraphQLOutputType, schema: GraphQLSchema, run: Run, place: string): unknown {
  const value = failingValue(type, schema, run, place);
  return run.isLate ? Promise.resolve(value) : value;
}

function failingValue(type: GraphQLOutputType, schema: GraphQLSchema, run: Run, place: string): unknown {
  const { seed } = run;
  const roll = dice(seed, place, 'value');
  if (roll < 4) return null;
  if (roll < 6) return new Error(`returned at ${place}`);
  if (roll < 8) return Promise.reject(new Error(`rejected at ${place}`));
  if (roll < 9) return Symbol('no value of any type');
  const value = plainValue(type, schema, run, place);
  return roll < 40 ? Promise.resolve(value) : value;
}

/** The product's schema with resolvers that fail pseudo-randomly. */
function failingSchema(): GraphQLSchema {
  const schema: GraphQLSchema = mapSchema(gatewaySchema, {
    [MapperKind.OBJECT_FIELD]: (field) => ({
      ...field,
      resolve: (_source: unknown, _args: unknown, run: Run, info: GraphQLResolveInfo) => {
        const { seed, calls } = run;
        const place = pathOf(info);
        calls.add(place);
        if (dice(seed, place, 'throw') < 4) {
          const error = new Error(`thrown at ${place}`);
          if (run.isLate) return Promise.reject(error);
          throw error;
        }
        return valueAt(field.type, schema, run, place);
      },
    }),
    [MapperKind.ABSTRACT_TYPE]: (type) => {
      type.resolveType = (value: { __typename?: string }, { seed }: Run, info) =>
        dice(seed, pathOf(info), 'late') < 50 ? value.__typename : Promise.resolve(value.__typename);
      return type;
    },
  });
  return schema;
}

const SAMPLES = { ids: ['01890000-0000-7000-8000-00000000abcd'], texts: ['text'] };

/** A scalar that is an object has no literal of its own in graphql-js. */
function literalOf(sample: unknown, type: GraphQLInputType): string {
  if (getNamedType(type).name === '_Any')
    return '[{ __typename: "Agent", id: "01890000-0000-7000-8000-00000000abcd" }]';
  const node = astFromValue(sample, type);
  return node ? print(node) : '{}';
}

function call({ name, args }: GraphQLField<unknown, unknown>): string {
  const given = args
    .filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined)
    .map((argument) => {
      return `${argument.name}: ${literalOf(samplesOf(argument.type, SAMPLES)[0], argument.type)}`;
    });
  return given.length === 0 ? name : `${name}(${given.join(', ')})`;
}

/** Generates a selection set from the numbers; each number makes one decision. */
function selection(schema: GraphQLSchema, type: GraphQLCompositeType, next: () => number, depth: number): string {
  const parts: string[] = ['__typename'];
  const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  for (const each of types.slice(0, 3)) parts.push(`... on ${each.name} ${selection(schema, each, next, depth)}`);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  for (let count = fields.length === 0 ? 0 : 1 + (next() % 4); count > 0; count -= 1) {
    const field = fields[next() % fields.length];
    const named = field && getNamedType(field.type);
    if (!field || !named || (isCompositeType(named) && depth === 0)) continue;
    const below = isCompositeType(named) ? ` ${selection(schema, named, next, depth - 1)}` : '';
    const alias = next() % 3 === 0 ? `a${next() % 5}${field.name}: ` : '';
    const condition = ['', '', '', ' @include(if: $yes)', ' @skip(if: $yes)', ' @skip(if: false)'][next() % 6] ?? '';
    const text = `${alias}${call(field)}${condition}${below}`;
    parts.push(next() % 5 === 0 ? `... on ${type.name}${condition} { ${text} }` : text);
    if (next() % 6 === 0) parts.push(text);
  }
  return `{ ${parts.join(' ')} }`;
}

const document = (schema: GraphQLSchema): fc.Arbitrary<string> =>
  fc.array(fc.nat(10_000), { minLength: 40, maxLength: 400 }).map((numbers) => {
    let used = 0;
    const next = (): number => numbers[used++ % numbers.length] ?? 0;
    const query = schema.getQueryType();
    return query ? `query ($yes: Boolean! = true) ${selection(schema, query, next, 3)}` : '';
  });

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Whether the value at this path, or anything above it, is null. */
function isNulled(data: unknown, path: readonly (string | number)[]): boolean {
  let value = data;
  for (const key of path) {
    if (value === null) return true;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value === null;
}

it('the executor returns the data and errors of graphql-js for generated null, thrown, rejected, late and invalid values', async () => {
  const schema = failingSchema();
  const tally = { documents: 0, failed: 0, withoutData: 0 };
  await fc.assert(
    fc.asyncProperty(document(schema), fc.nat(1_000_000), async (text, seed) => {
      const parsed = parse(text);
      // Two fields with the same name may differ in their arguments or conditions.
      if (validate(schema, parsed).length > 0) return;
      const [operation] = parsed.definitions;
      if (operation?.kind !== 'OperationDefinition') throw new Error('No operation');
      const variables = { yes: seed % 2 === 0 };
      const theirs: Run = { seed, isLate: true, calls: new Set() };
      const ours: Run = { seed, isLate: false, calls: new Set() };
      const reference: ExecutionResult = await execute({
        schema,
        document: parsed,
        variableValues: variables,
        contextValue: theirs,
      });
      const plan = new OperationPlan(schema, parsed, operation, variables);
      const budget = new AnswerBudget();
      const turn = (): Promise<void> | null => (seed % 2 === 0 ? null : Promise.resolve());
      const result = await executeFields({ plan, variables, context: ours, budget, turn }, plan.root.fields);
      expect(json(result.data)).toEqual(json(reference.data));
      expect((result.errors ?? []).length > 0).toBe((reference.errors ?? []).length > 0);
      for (const { path = [] } of result.errors ?? []) expect(isNulled(result.data, path)).toBe(true);
      // graphql-js answers before the fields next to a failed one have ended.
      for (const place of theirs.calls) expect(ours.calls).toContain(place);
      if (!reference.errors) expect(ours.calls.size).toBe(theirs.calls.size);
      tally.documents += 1;
      tally.failed += result.errors ? 1 : 0;
      tally.withoutData += result.data === null ? 1 : 0;
      const again: Run = { seed, isLate: seed % 3 === 0, calls: new Set() };
      const later = await executeFields({ plan, variables, context: again, budget, turn }, plan.root.fields);
      expect(json(later)).toEqual(json(result));
      expect(again.calls).toEqual(ours.calls);
    }),
    { numRuns: 400 },
  );
  expect(tally.documents).toBeGreaterThan(150);
  expect(tally.failed).toBeGreaterThan(50);
  expect(tally.documents - tally.failed).toBeGreaterThan(10);
}, 120_000);
