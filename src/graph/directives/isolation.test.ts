/** For any accepted schema and any resolver results, no account sees a byte of another. */
import fc from 'fast-check';
import { type GraphQLSchema, getNamedType, isAbstractType, isObjectType, type GraphQLNamedType } from 'graphql';
import { contextOf, engines, plainSchema, policy, run, type TestContext } from '../../../test/directives/policy';
import { SCOPE } from '../../util/scope-tag';
import { SchemaReviewError, withDirectives } from '.';

const NAMES = ['T0', 'T1', 'T2'] as const;
const TARGETS = [...NAMES, 'Any', 'Named'] as const;
// Every field is nullable: graphql-js leaves rejections unhandled if one element of a list fails before a later one.
const WRAPPERS = ['#', '[#]', '[#!]', '[[#]]', '[[#!]!]'] as const;
const DIRECTIVES = ['', '@scoped', '@masterOnly', '@authenticated', '@public(reason: "A test.")'] as const;

/** Mostly directives that are accepted, so that many schemas are accepted. */
const directive = (usual: (typeof DIRECTIVES)[number]) =>
  fc.oneof({ weight: 30, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...DIRECTIVES) });

const fieldType = fc
  .tuple(fc.constantFrom(...WRAPPERS), fc.constantFrom(...TARGETS))
  .map(([wrapper, target]) => wrapper.replace('#', target));

const objectType = fc.record({ isRow: fc.boolean(), fields: fc.array(fieldType, { minLength: 1, maxLength: 2 }) });

const schemaPlan = fc.record({
  types: fc.tuple(objectType, objectType, objectType),
  typeDirectives: fc.tuple(...NAMES.map(() => directive('@scoped'))),
  roots: fc.array(fc.tuple(fieldType, directive('@scoped')), { minLength: 1, maxLength: 2 }),
});

type SchemaPlan = typeof schemaPlan extends fc.Arbitrary<infer Plan> ? Plan : never;

function sdlOf({ types, typeDirectives, roots }: SchemaPlan): string {
  const objects = types.map(({ isRow, fields }, index) => {
    const own = isRow ? 'accountId: ID! secret: String' : '';
    const held = fields.map((type, position) => `f${position}: ${type}`).join(' ');
    return `type ${NAMES[index]} implements Named ${typeDirectives[index]} { name: String ${own} ${held} }`;
  });
  const queries = roots.map(([type, annotation], index) => `q${index}: ${type} ${annotation}`).join(' ');
  return `interface Named { name: String } union Any = ${NAMES.join(' | ')} ${objects.join(' ')} type Query { ${queries} }`;
}

const isRow = (schema: GraphQLSchema, name: string): boolean => {
  const type = schema.getType(name);
  return isObjectType(type) && 'accountId' in type.getFields();
};

/** Generates answers from random numbers, including shared, frozen, wrongly tagged and delayed rows of A and B. */
class Chaos {
  private readonly shared = new Map<string, object>();
  private position = 0;

  constructor(private readonly numbers: readonly number[]) {}

  private next(below: number): number {
    this.position += 1;
    return (this.numbers[this.position % this.numbers.length] ?? 0) % below;
  }

  private object(schema: GraphQLSchema, name: string, context: TestContext, nullable: boolean): unknown {
    const account = this.next(2) === 0 ? 'A' : 'B';
    const fresh = {
      __typename: name,
      name,
      ...(isRow(schema, name) && { accountId: account, secret: `secret of ${account}` }),
    };
    const id = `${name} ${account}`;
    switch (this.next(8)) {
      case 0:
        return nullable ? null : fresh;
      case 1:
        return Object.freeze(fresh);
      case 2:
        return Promise.resolve(fresh);
      case 3:
        return { ...fresh, [SCOPE]: context.scope ?? { account: null, action: 'ALL' } };
      case 4:
        this.shared.set(id, this.shared.get(id) ?? fresh);
        return this.shared.get(id);
      default:
        return fresh;
    }
  }

  value(schema: GraphQLSchema, type: string, context: TestContext): unknown {
    const bare = type.endsWith('!') ? type.slice(0, -1) : type;
    if (bare.startsWith('[')) {
      const list = Array.from({ length: this.next(4) }, () => this.value(schema, bare.slice(1, -1), context));
      return this.next(4) === 0 ? Promise.resolve(list) : list;
    }
    const named = schema.getType(bare);
    const possible = isAbstractType(named) ? schema.getPossibleTypes(named).map((each) => each.name) : [bare];
    return this.object(schema, possible[this.next(possible.length)] ?? bare, context, bare === type);
  }
}

const isComposite = (type: GraphQLNamedType): boolean => isObjectType(type) || isAbstractType(type);

function selection(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): string {
  if (isAbstractType(type)) {
    const parts = schema
      .getPossibleTypes(type)
      .map((each) => `... on ${each.name} { ${selection(schema, each, depth)} }`);
    return `__typename ${parts.join(' ')}`;
  }
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields()).map((field) => {
    const named = getNamedType(field.type);
    if (!isComposite(named)) return field.name;
    // Fields with the same name differ in type between the members of a union: aliases keep them apart.
    return depth === 0 ? '' : `${type.name}_${field.name}: ${field.name} { ${selection(schema, named, depth - 1)} }`;
  });
  return `__typename ${fields.join(' ')}`;
}

function withChaos(sdl: string, chaos: Chaos): GraphQLSchema {
  const resolvers: Record<string, Record<string, unknown>> = {};
  const bare = plainSchema(sdl);
  for (const name of ['Query', ...NAMES]) {
    const type = bare.getType(name);
    if (!isObjectType(type)) continue;
    const composite = Object.values(type.getFields()).filter((field) => isComposite(getNamedType(field.type)));
    resolvers[name] = Object.fromEntries(
      composite.map((field) => [
        field.name,
        (_source: unknown, _args: unknown, context: TestContext) => chaos.value(bare, field.type.toString(), context),
      ]),
    );
  }
  return plainSchema(sdl, resolvers as Parameters<typeof plainSchema>[1]);
}

/** The schema, or null if the review refuses it. */
function accepted(schema: GraphQLSchema): GraphQLSchema | null {
  try {
    return withDirectives(schema, policy);
  } catch (error) {
    if (error instanceof SchemaReviewError) return null;
    throw error;
  }
}

test.each(engines)('no accepted schema shows an account the rows of another account, %s', async (engine) => {
  const tally = { accepted: 0, foreignRows: 0, shown: 0 };
  const property = fc.asyncProperty(
    schemaPlan,
    fc.array(fc.nat(), { minLength: 30, maxLength: 60 }),
    async (plan, numbers) => {
      const schema = accepted(withChaos(sdlOf(plan), new Chaos(numbers)));
      const query = schema?.getQueryType();
      if (!schema || !query) return;
      tally.accepted += 1;
      const source = `{ ${selection(schema, query, 2)} }`;
      for (const caller of ['master', 'A', null, 'A']) {
        const context = contextOf(caller);
        const { data } = await run(engine, schema, source, context);
        const text = JSON.stringify(data ?? null);
        if (caller !== 'master') expect(text).not.toContain('secret of B');
        if (caller === null) expect(text).not.toContain('secret of');
        if (caller === 'A' && text.includes('secret of A')) tally.shown += 1;
        tally.foreignRows += context.foreignRows.length;
      }
    },
  );
  await fc.assert(property, { numRuns: 100 });
  // Otherwise the property would have held only because there was nothing to check.
  expect(Math.min(tally.accepted, tally.foreignRows, tally.shown)).toBeGreaterThan(10);
});
