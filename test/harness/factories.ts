/**
 * At least two valid rows of every resource in the registry, created through the API with inputs read from the schema.
 */
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { GraphQLArgument, GraphQLField, GraphQLInputField, GraphQLInputType, GraphQLSchema } from 'graphql';
import { buildGatewaySchema } from '../../src/graph/schema';
import { resolvers, resources } from '../../src/resources';
import type { Resource } from '../../src/graph/resource';
import type { Client } from './gateway';

export const gatewaySchema: GraphQLSchema = buildGatewaySchema(resolvers);

/** Ids by type name. */
export type SeededIds = ReadonlyMap<string, readonly string[]>;

/** What domain rules require in addition to the schema's required fields. */
const RULES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Agent: { framework: 'LANGCHAIN', model: { provider: 'openai', name: 'gpt' } },
  McpServer: { config: { url: 'https://mcp.example/sse' } },
  CustomRole: { permissions: ['agents:read', 'tools:read'] },
  ApiKey: { role: 'CUSTOM' },
};

/** Values of required fields that cannot be any text. */
const WORDS: Readonly<Record<string, string>> = {
  cron: '0 9 * * *',
  timezone: 'Europe/Berlin',
  url: 'https://mcp.example/sse',
};

const typeOfEntity = (entity: unknown): string => resources.find((one) => one.entity === entity)?.names.type ?? '';

/** The types to which rows of a resource refer, by the field of the input. */
function referencesOf(resource: Resource): Map<string, string> {
  const links = (resource.manyToMany ?? []).map((link) => [link.input, typeOfEntity(link.target())] as const);
  const parents = (resource.belongsTo ?? []).map((parent) => [parent.column, typeOfEntity(parent.target())] as const);
  return new Map([...links, ...parents]);
}

/** Resources, each after those to which its rows refer. */
function inOrder(): Resource[] {
  const done = new Set<string>();
  const ordered: Resource[] = [];
  const visit = (resource: Resource): void => {
    if (done.has(resource.names.type)) return;
    done.add(resource.names.type);
    const needed = new Set(referencesOf(resource).values());
    resources.filter((one) => needed.has(one.names.type)).forEach(visit);
    ordered.push(resource);
  };
  resources.forEach(visit);
  return ordered;
}

class SampleValues {
  constructor(
    private readonly resource: Resource,
    private readonly found: SeededIds,
    private readonly label: string,
  ) {}

  /** Values for all required arguments of a field, or fields of an input, and for all references. */
  fields(fields: readonly (GraphQLArgument | GraphQLInputField)[]): Record<string, unknown> {
    const wanted = fields.filter(
      (field) =>
        this.#references(field.name) !== undefined || (isNonNullType(field.type) && field.defaultValue === undefined),
    );
    return Object.fromEntries(wanted.map((field) => [field.name, this.#value(field.name, field.type)]));
  }

  #references(name: string): readonly string[] | undefined {
    const type = referencesOf(this.resource).get(name);
    return type === undefined ? undefined : (this.found.get(type) ?? []);
  }

  #value(name: string, type: GraphQLInputType): unknown {
    const nullable = getNullableType(type);
    const references = this.#references(name);
    if (references) return isListType(nullable) ? references : references[0];
    if (isListType(nullable)) return [];
    const named = getNamedType(nullable);
    if (isInputObjectType(named)) {
      const rules = name === 'input' ? RULES[this.resource.names.type] : {};
      return { ...this.fields(Object.values(named.getFields())), ...rules };
    }
    if (isEnumType(named)) return named.getValues()[0]?.name;
    if (named.name === 'Int') return 1;
    if (named.name === 'Boolean') return false;
    if (named.name.startsWith('JSON')) return {};
    return WORDS[name] ?? this.label;
  }
}

function creatorOf(type: string): GraphQLField<unknown, unknown> {
  const fields = gatewaySchema.getMutationType()?.getFields() ?? {};
  const field = fields[`create${type}`] ?? fields[`start${type}`];
  if (!field) throw new Error(`Nothing creates a ${type}: teach test/harness/factories.ts how rows of it come about.`);
  return field;
}

/** How to select the new row's id from a creating field, and where it is in the answer. */
function idIn(
  field: GraphQLField<unknown, unknown>,
  type: string,
): { selection: string; read: (value: unknown) => string } {
  const returned = getNamedType(field.type);
  const id = (value: unknown): string => (value as { id: string }).id;
  if (returned.name === type) return { selection: '{ id }', read: id };
  const holder = isObjectType(returned)
    ? Object.values(returned.getFields()).find((one) => getNamedType(one.type).name === type)
    : undefined;
  if (!holder) throw new Error(`${field.name} does not show the ${type} it creates`);
  return {
    selection: `{ ${holder.name} { id } }`,
    read: (value) => id((value as Record<string, unknown>)[holder.name]),
  };
}

export interface Creation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly read: (data: Record<string, unknown>) => string;
}

/** An operation that creates one row of a resource; `found` contains rows that it may refer to. */
export function creation(resource: Resource, found: SeededIds, label: string, accountId?: string): Creation {
  const { type } = resource.names;
  const field = creatorOf(type);
  const variables = { ...new SampleValues(resource, found, label).fields(field.args), ...(accountId && { accountId }) };
  const used = field.args.filter((argument) => argument.name in variables);
  const declared = used.map((argument) => `$${argument.name}: ${argument.type.toString()}`).join(', ');
  const passed = used.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const { selection, read } = idIn(field, type);
  return {
    query: `mutation (${declared}) { made: ${field.name}(${passed}) ${selection} }`,
    variables,
    read: ({ made }) => read(made),
  };
}

const COPIES = 2;

/** Creates rows of every resource; with a master key, in the given account. */
export async function seed(client: Pick<Client, 'ask'>, label: string, accountId?: string): Promise<SeededIds> {
  const found = new Map<string, string[]>();
  for (let copy = 0; copy < COPIES; copy += 1) {
    for (const resource of inOrder()) {
      const { query, variables, read } = creation(resource, found, `${label} ${copy}`, accountId);
      const id = read(await client.ask<Record<string, unknown>>(query, variables));
      found.set(resource.names.type, [...(found.get(resource.names.type) ?? []), id]);
    }
  }
  return found;
}
