/** The gateway's own schema with each of its directives removed in turn: the gateway must not start. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import { Kind, parse, print, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';
import { printSchema, SchemaReviewError, withDirectives } from '../../src/graph/directives';
import { policy } from '../../src/graph/policy';
import { gatewaySchema } from '../harness/factories';

const OURS = new Set(['scoped', 'masterOnly', 'authenticated', 'public']);
const printed = parse(printSchema(gatewaySchema), { noLocation: true });

const start = (document: DocumentNode): void =>
  void withDirectives(makeExecutableSchema({ typeDefs: document }), policy);

/** Why it does not start. Each start takes half a second and is made only once. */
function refusalOf(document: DocumentNode): unknown {
  try {
    start(document);
    return null;
  } catch (error) {
    return error;
  }
}

/** Every use of one of our directives, with the name of its location. */
function uses(): { place: string; node: ConstDirectiveNode }[] {
  const found: { place: string; node: ConstDirectiveNode }[] = [];
  for (const definition of printed.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    for (const node of definition.directives ?? []) if (OURS.has(node.name.value)) found.push({ place: type, node });
    for (const field of definition.fields ?? []) {
      for (const node of field.directives ?? [])
        if (OURS.has(node.name.value)) found.push({ place: `${type}.${field.name.value}`, node });
    }
  }
  return found;
}

const without = (taken: ConstDirectiveNode): DocumentNode =>
  visit(printed, { Directive: (node) => (node === taken ? null : undefined) });

it('the printed schema is accepted', () => {
  expect(() => start(printed)).not.toThrow();
  const roots = [gatewaySchema.getQueryType(), gatewaySchema.getMutationType(), gatewaySchema.getSubscriptionType()];
  const fields = roots.flatMap((type) => Object.keys(type?.getFields() ?? {}));
  expect(uses().filter(({ place }) => /^(Query|Mutation|Subscription)\./.test(place))).toHaveLength(fields.length);
});

it.each(uses().map(({ place, node }) => [print(node), place, node] as const))(
  'without %s on %s the server does not start',
  (_text, place, node) => {
    const refusal = refusalOf(without(node));
    expect(refusal).toBeInstanceOf(SchemaReviewError);
    expect(String(refusal)).toContain(place.split('.')[0]);
  },
);
