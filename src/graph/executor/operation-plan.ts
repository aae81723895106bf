/** Plans an operation once: for each object type its response keys, fields, resolvers and arguments. */
import {
  BREAK,
  getArgumentValues,
  GraphQLID,
  GraphQLString,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';

export type Variables = Record<string, unknown>;

/** A field's type, unwrapped so that completing a value needs no type checks. */
export type Shape = { readonly nullable: boolean } & (
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType; readonly isText: boolean }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'object'; readonly type: GraphQLObjectType }
  | { readonly kind: 'abstract'; readonly type: GraphQLAbstractType }
);

export type ResponseObject = Record<string, unknown>;

/** A field of a selection set, with all document nodes that select it. */
export interface FieldPlan {
  readonly key: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  readonly nodes: readonly FieldNode[];
  readonly shape: Shape;
  /** How much each object adds to the operation's cost. */
  readonly weight: number;
  /** Undefined for a field that reads the property of the same name. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | undefined;
  /** Null if graphql-js computes the arguments for each call. */
  readonly args: PlannedArguments | null;
  /** The selections below, by object type. */
  readonly selections: Map<GraphQLObjectType, SelectionPlan>;
}

interface SelectionPlan {
  readonly fields: readonly FieldPlan[];
  /** The characters that an object's keys occupy in the answer. */
  readonly keyChars: number;
  /** Each selection has its own class: all its objects share a layout, and keys cannot collide with a prototype. */
  readonly ResponseObject: new () => ResponseObject;
}

/** In the extensions of a scalar whose text values are sent unchanged. */
export const KEEPS_TEXT = 'keepsText';

/** In the extensions of a scalar whose values may be JsonText. */
export const IS_JSON = 'isJson';

/** Quotes, colon and comma. */
const KEY_OVERHEAD = 4;

function shapeOf(type: GraphQLOutputType): Shape {
  const nullable = !isNonNullType(type);
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) return { kind: 'list', nullable, item: shapeOf(inner.ofType) };
  if (isObjectType(inner)) return { kind: 'object', nullable, type: inner };
  if (isAbstractType(inner)) return { kind: 'abstract', nullable, type: inner };
  return {
    kind: 'leaf',
    nullable,
    type: inner,
    isText: inner === GraphQLString || inner === GraphQLID || inner.extensions[KEEPS_TEXT] === true,
  };
}

function responseClass(): new () => ResponseObject {
  class ResponseObject {
    [key: string]: unknown;
  }
  Object.setPrototypeOf(ResponseObject.prototype, null);
  return ResponseObject;
}

/** Whether the node contains a variable. */
function hasVariable(node: ASTNode): boolean {
  let found = false;
  visit(node, {
    Variable: () => {
      found = true;
      return BREAK;
    },
  });
  return found;
}

/** Whether variables decide which fields there are, through `@skip` or `@include`. */
export function isConditional(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive: (node) => {
      found ||= hasVariable(node);
      return found ? BREAK : undefined;
    },
  });
  return found;
}

const isLeafValue = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** Arguments that are constants or variables. */
interface PlannedArguments {
  readonly constants: Variables;
  /** The others, each with the name of its variable. */
  readonly variables: readonly (readonly [GraphQLArgument, string])[];
}

/**
 * @returns null if each call must compute them: objects and lists are created for each, because a resolver may change
 * them.
 */
function planArguments(field: GraphQLField<unknown, unknown>, node: FieldNode): PlannedArguments | null {
  const variables: [GraphQLArgument, string][] = [];
  for (const { name, value } of node.arguments ?? []) {
    const argument = field.args.find((each) => each.name === name.value);
    if (argument && value.kind === Kind.VARIABLE) variables.push([argument, value.name.value]);
    else if (hasVariable(value)) return null;
  }
  const rest = field.args.filter((argument) => !variables.some(([each]) => each === argument));
  try {
    const constants = getArgumentValues({ ...field, args: rest }, node, {});
    return Object.values(constants).every(isLeafValue) ? { constants: Object.freeze(constants), variables } : null;
  } catch {
    // The call will fail in the same way, with a location.
    return null;
  }
}

/** @param variables coerced. @returns null where a variable has no value that the argument takes as it is. */
export function plannedArguments({ constants, variables }: PlannedArguments, values: Variables): Variables | null {
  if (variables.length === 0) return constants;
  const args = { ...constants };
  for (const [{ name, type }, variable] of variables) {
    const value = Object.hasOwn(values, variable) ? values[variable] : undefined;
    if (value === undefined || (value === null && isNonNullType(type))) return null;
    args[name] = value;
  }
  return args;
}

export class OperationPlan {
  readonly fragments: Record<string, FragmentDefinitionNode> = {};
  readonly rootType: GraphQLObjectType;
  readonly root: SelectionPlan;

  /**
   * @param variables decide on conditional fields; a plan without such fields serves all variables.
   * @throws Error if the schema has no root type for this kind of operation.
   */
  constructor(
    readonly schema: GraphQLSchema,
    document: DocumentNode,
    readonly operation: OperationDefinitionNode,
    private readonly variables: Variables,
  ) {
    const rootType = schema.getRootType(operation.operation);
    if (!rootType) throw new Error(`The schema has no ${operation.operation} type.`);
    this.rootType = rootType;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments[definition.name.value] = definition;
    }
    this.root = this.#selection(
      rootType,
      collectFields(schema, this.fragments, variables, rootType, operation.selectionSet),
    );
  }

  /** The selection for an object of this type. */
  below({ selections, nodes }: FieldPlan, type: GraphQLObjectType): SelectionPlan {
    let selection = selections.get(type);
    if (!selection) {
      selection = this.#selection(type, collectSubfields(this.schema, this.fragments, this.variables, type, nodes));
      selections.set(type, selection);
    }
    return selection;
  }

  #selection(type: GraphQLObjectType, collected: ReadonlyMap<string, readonly FieldNode[]>): SelectionPlan {
    const fields = [...collected].flatMap(([key, nodes]) => this.#field(type, key, nodes));
    const keyChars = fields.reduce((sum, { key }) => sum + key.length + KEY_OVERHEAD, 0);
    return { fields, keyChars, ResponseObject: responseClass() };
  }

  #field(parentType: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): FieldPlan[] {
    const [node] = nodes;
    const field = node && this.#definition(parentType, node.name.value);
    if (!field) return [];
    const { resolve, extensions } = field;
    const args = planArguments(field, node);
    const shape = shapeOf(field.type);
    const weight = shape.kind !== 'list' && typeof extensions.cost === 'number' ? extensions.cost : 1;
    return [{ key, field, parentType, nodes, shape, weight, resolve, args, selections: new Map() }];
  }

  /** Whether completing this field can read more than a row's properties. */
  readsMore(field: FieldPlan): boolean {
    if (field.shape.kind === 'leaf') return false;
    if (field.shape.kind !== 'object') return true;
    return this.below(field, field.shape.type).fields.some(
      (inner) => inner.resolve !== undefined || this.readsMore(inner),
    );
  }

  #definition(parentType: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
    if (parentType === this.schema.getQueryType()) {
      if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
      if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    }
    return parentType.getFields()[name];
  }
}
