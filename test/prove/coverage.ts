/**
 * Counts which parts of the schema the operations of a proof have used, by schema coordinates
 * (`Type.field(argument:)`).
 */
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  parse,
  TypeInfo,
  typeFromAST,
  isInputType,
  validate,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

export const KINDS = ['types', 'fields', 'arguments', 'enum values', 'input fields'] as const;
type Kind = (typeof KINDS)[number];

type Coordinates = Record<Kind, Set<string>>;

const none = (): Coordinates => ({
  types: new Set(),
  fields: new Set(),
  arguments: new Set(),
  'enum values': new Set(),
  'input fields': new Set(),
});

/** Everything that an operation can name, from the root types down. */
function universeOf(schema: GraphQLSchema): Coordinates {
  const all = none();
  const inputs = (type: GraphQLInputType): void => {
    const named = getNamedType(type);
    if (isEnumType(named)) for (const { name } of named.getValues()) all['enum values'].add(`${named.name}.${name}`);
    if (!isInputObjectType(named) || all.types.has(named.name)) return;
    all.types.add(named.name);
    for (const field of Object.values(named.getFields())) {
      all['input fields'].add(`${named.name}.${field.name}`);
      inputs(field.type);
    }
  };
  const outputs = (type: GraphQLNamedType): void => {
    if (!isObjectType(type) || all.types.has(type.name)) return;
    all.types.add(type.name);
    for (const field of Object.values(type.getFields())) {
      all.fields.add(`${type.name}.${field.name}`);
      for (const argument of field.args) {
        all.arguments.add(`${type.name}.${field.name}(${argument.name}:)`);
        inputs(argument.type);
      }
      outputs(getNamedType(field.type));
    }
  };
  for (const type of [schema.getQueryType(), schema.getMutationType()]) if (type) outputs(type);
  return all;
}

export interface CoverageCount {
  readonly reached: number;
  readonly total: number;
  /** Coordinates that no operation has named. */
  readonly missing: readonly string[];
}

export class Coverage {
  readonly #all: Coordinates;
  readonly #reached = none();

  constructor(private readonly schema: GraphQLSchema) {
    this.#all = universeOf(schema);
  }

  /**
   * Counts a valid request; an invalid one does not get past validation.
   * @returns whether it reached a new part of the schema.
   */
  add(query: string, variables: Readonly<Record<string, unknown>>): boolean {
    const document = parse(query);
    return validate(this.schema, document).length === 0 && this.addValid(document, variables);
  }

  /** Counts a request that is known to be valid. @returns whether it reached a new part of the schema. */
  addValid(document: DocumentNode, variables: Readonly<Record<string, unknown>>): boolean {
    const before = this.#size();
    const types = new TypeInfo(this.schema);
    visit(
      document,
      visitWithTypeInfo(types, {
        VariableDefinition: ({ variable, type }) => {
          const declared = typeFromAST(this.schema, type);
          if (isInputType(declared)) this.#value(declared, variables[variable.name.value]);
        },
        Field: () => {
          const parent = types.getParentType();
          const field = types.getFieldDef();
          if (!parent || !field || field.name.startsWith('__')) return;
          this.#reached.types.add(parent.name);
          this.#reached.types.add(getNamedType(field.type).name);
          this.#reached.fields.add(`${parent.name}.${field.name}`);
        },
        Argument: ({ value }) => {
          const [parent, field, argument] = [types.getParentType(), types.getFieldDef(), types.getArgument()];
          if (!parent || !field || !argument || types.getDirective()) return;
          this.#reached.arguments.add(`${parent.name}.${field.name}(${argument.name}:)`);
          if (value.kind !== 'Variable') this.#value(argument.type, valueFromASTUntyped(value, variables));
        },
      }),
    );
    return this.#size() > before;
  }

  count(): Record<Kind, CoverageCount> {
    const of = (kind: Kind): CoverageCount => {
      const missing = [...this.#all[kind]].filter((coordinate) => !this.#reached[kind].has(coordinate));
      return { reached: this.#all[kind].size - missing.length, total: this.#all[kind].size, missing };
    };
    return {
      types: of('types'),
      fields: of('fields'),
      arguments: of('arguments'),
      'enum values': of('enum values'),
      'input fields': of('input fields'),
    };
  }

  #size(): number {
    return KINDS.reduce((size, kind) => size + this.#reached[kind].size, 0);
  }

  #value(type: GraphQLInputType, value: unknown): void {
    const nullable = getNullableType(type);
    if (value === undefined || value === null) return;
    if (isListType(nullable)) {
      for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) this.#value(nullable.ofType, item);
    } else if (isEnumType(nullable)) {
      if (typeof value === 'string') this.#reached['enum values'].add(`${nullable.name}.${value}`);
    } else if (isInputObjectType(nullable) && typeof value === 'object') {
      this.#reached.types.add(nullable.name);
      for (const [name, inner] of Object.entries(value)) {
        const field = nullable.getFields()[name];
        if (!field) continue;
        this.#reached['input fields'].add(`${nullable.name}.${name}`);
        this.#value(field.type, inner);
      }
    }
  }
}
