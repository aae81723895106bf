/**
 * Prints the schema as a subgraph of Apollo Federation 2. What a key needs is stated in the directives that routers know;
 * the gateway enforces them itself, so a router that does so only refuses requests earlier.
 */
import {
  isUnionType,
  parse,
  parseConstValue,
  print,
  visit,
  Kind,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
} from 'graphql';
import { MASTER_PERMISSION } from '../../db/decisions';
import { printSchema } from '../directives';
import { annotationsOf } from '../directives/definitions';
import type { Services } from '../request-context';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@authenticated", "@requiresScopes"])';

/** Definitions that every subgraph has by its specification, so none prints them. */
const OWN_TYPES: ReadonlySet<string> = new Set(['_Any', '_Entity', '_Service']);
const OWN_FIELDS: ReadonlySet<string> = new Set(['_entities', '_service']);

/** Types with the same meaning in every subgraph, which others may have too. */
const VALUE_TYPES: ReadonlySet<string> = new Set(['PageInfo']);

/** @param values the arguments' values; their JSON is valid GraphQL. */
const use = (name: string, values: Readonly<Record<string, unknown>> = {}): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: name },
  arguments: Object.entries(values).map(([argument, value]) => ({
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: argument },
    value: parseConstValue(JSON.stringify(value)),
  })),
});

type Decisions = Pick<Services, 'permissions' | 'permissionTable' | 'masterFields'>;

class SubgraphPrinter {
  readonly #roots: ReadonlySet<string | undefined>;
  readonly #entities: ReadonlySet<string>;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly decisions: Decisions,
  ) {
    this.#roots = new Set(
      [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map((type) => type?.name),
    );
    const union = schema.getType('_Entity');
    this.#entities = new Set(isUnionType(union) ? union.getTypes().map(({ name }) => name) : []);
  }

  print(): string {
    const document = visit(parse(printSchema(this.schema), { noLocation: true }), {
      DirectiveDefinition: () => null,
      ScalarTypeDefinition: ({ name }) => (OWN_TYPES.has(name.value) ? null : undefined),
      UnionTypeDefinition: ({ name }) => (OWN_TYPES.has(name.value) ? null : undefined),
      ObjectTypeDefinition: (type) => {
        const { value: name } = type.name;
        if (OWN_TYPES.has(name)) return null;
        const fields = (type.fields ?? []).filter((field) => !OWN_FIELDS.has(field.name.value));
        return { ...type, directives: this.#ofType(name), fields: fields.map((field) => this.#field(name, field)) };
      },
    });
    return `${LINK}\n\n${print(document)}\n`;
  }

  #ofType(name: string): ConstDirectiveNode[] {
    if (this.#entities.has(name)) return [use('key', { fields: 'id' })];
    return VALUE_TYPES.has(name) ? [use('shareable')] : [];
  }

  #field(typeName: string, field: FieldDefinitionNode): FieldDefinitionNode {
    const deprecations = (field.directives ?? []).filter(({ name }) => name.value === 'deprecated');
    return { ...field, directives: [...deprecations, ...this.#needs(typeName, field)] };
  }

  /** What a key needs for a field: `master`, its permissions, or only to be valid. */
  #needs(typeName: string, field: FieldDefinitionNode): ConstDirectiveNode[] {
    const { permissions, permissionTable, masterFields } = this.decisions;
    const path = `${typeName}.${field.name.value}`;
    if (masterFields.has(path)) return [use('requiresScopes', { scopes: [[MASTER_PERMISSION]] })];
    const grants = permissions.get(path);
    const names = grants ? permissionTable.names(grants) : [];
    if (names.length > 0) return [use('requiresScopes', { scopes: [names] })];
    const isPublic = annotationsOf({ astNode: field }).some(({ kind }) => kind === 'public');
    return this.#roots.has(typeName) && !isPublic ? [use('authenticated')] : [];
  }
}

/** The schema in the schema definition language, without what subgraphs do not print. */
export const printSubgraph = (schema: GraphQLSchema, decisions: Decisions): string =>
  new SubgraphPrinter(schema, decisions).print();
