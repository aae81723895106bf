/** Measures operations before validation: their composition, and how many objects their answers may hold. */
import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';
import { DEFAULT_PAGE, PLAIN_LIST, SLICING_ARGUMENTS } from './cost-directives';

type Variables = Readonly<Record<string, unknown>>;
/** A number, or a function of the variables. */
type Cost = number | ((variables: Variables) => number);

export interface OperationCounts {
  /** After expanding all fragment spreads. */
  fields: number;
  rootFields: number;
  depth: number;
  aliases: number;
  directives: number;
  /** Pairs of fields with the same response name in one place, which validation compares with each other. */
  fieldPairs: number;
}

export interface OperationStats {
  readonly counts: Readonly<OperationCounts>;
  /** The distinct names of the root fields. */
  readonly rootFieldNames: readonly string[];
  /** Whether it selects `__schema` or `__type`. */
  readonly introspects: boolean;
  /**
   * The number of objects in the answer if every page is full. An object field counts as one, or as its `cost` says; a
   * list of objects as its page size (`first` or `last`, default 20; as many as `representations` has; 10 for a list without pages) times the cost of its
   * items; leaves are free.
   */
  readonly cost: (variables: Variables) => number;
}

/** A full schema introspection returns a few thousand objects; test/operations/cost counts them. */
export const INTROSPECTION = 5_000;

const valueOf = (cost: Cost, variables: Variables): number => (typeof cost === 'number' ? cost : cost(variables));

function combine(left: Cost, right: Cost, operate: (left: number, right: number) => number): Cost {
  if (typeof left === 'number' && typeof right === 'number') return operate(left, right);
  return (variables) => operate(valueOf(left, variables), valueOf(right, variables));
}

const add = (left: Cost, right: Cost): Cost => combine(left, right, (a, b) => a + b);
const times = (left: Cost, right: Cost): Cost => combine(left, right, (a, b) => a * b);

const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type);

const isPaged = (field: GraphQLField<unknown, unknown>): boolean =>
  field.args.some(({ name }) => SLICING_ARGUMENTS.includes(name));

/** The size that a literal states: a number, or the length of a list. */
function literalSize(value: ValueNode | undefined): number {
  if (value?.kind === Kind.INT) return Math.abs(Number(value.value));
  return value?.kind === Kind.LIST ? value.values.length : DEFAULT_PAGE;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The fields in one place of the answer, by response name. */
type Places = Map<string, { count: number; readonly below: Places }>;

/** Counts down across all definitions of a document. */
interface Remaining {
  fields: number;
}

/** Thrown within this file to stop counting. */
class TooManyFields extends Error {}

class Walk {
  readonly counts: OperationCounts = { fields: 0, rootFields: 0, depth: 0, aliases: 0, directives: 0, fieldPairs: 0 };
  introspects = false;
  readonly rootFieldNames = new Set<string>();
  /** All fragments that were reached. */
  readonly reached = new Set<string>();
  readonly #spreading = new Set<string>();
  readonly #variables: readonly VariableDefinitionNode[];

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
    private readonly definition: OperationDefinitionNode | FragmentDefinitionNode,
    private readonly remaining: Remaining,
  ) {
    const { kind } = definition;
    this.#variables = (kind === Kind.OPERATION_DEFINITION && definition.variableDefinitions) || [];
  }

  run(): OperationStats {
    const { definition, schema } = this;
    const { directives = [], selectionSet } = definition;
    this.counts.directives += directives.length;
    for (const variable of this.#variables) this.counts.directives += variable.directives?.length ?? 0;
    const type =
      definition.kind === Kind.OPERATION_DEFINITION
        ? schema.getRootType(definition.operation)
        : this.typeNamed(definition.typeCondition.name.value);
    const cost = this.selections(selectionSet, type ?? undefined, 1, new Map());
    const { counts, introspects, rootFieldNames } = this;
    return {
      counts,
      introspects,
      rootFieldNames: [...rootFieldNames],
      cost: (variables) => valueOf(cost, variables),
    };
  }

  /**
   * @param depth of the fields selected here; 0: do not count depth. @param page the size of the enclosing connection,
   *   if any.
   */
  private selections(
    set: SelectionSetNode | undefined,
    type: GraphQLCompositeType | undefined,
    depth: number,
    places: Places,
    page?: Cost,
  ): Cost {
    let total: Cost = 0;
    for (const selection of set?.selections ?? []) {
      this.counts.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        total = add(total, this.field(selection, type, depth, places, page));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const narrowed = selection.typeCondition ? this.typeNamed(selection.typeCondition.name.value) : type;
        total = add(total, this.selections(selection.selectionSet, narrowed, depth, places, page));
      } else {
        total = add(total, this.spread(selection.name.value, depth, places, page));
      }
    }
    return total;
  }

  private spread(name: string, depth: number, places: Places, page?: Cost): Cost {
    // Empty fragments that are spread often must also use up the count.
    this.count();
    const fragment = this.fragments.get(name);
    // Validation refuses a missing or recursive fragment.
    if (!fragment || this.#spreading.has(name)) return 0;
    this.reached.add(name);
    this.#spreading.add(name);
    const type = this.typeNamed(fragment.typeCondition.name.value);
    const cost = this.selections(fragment.selectionSet, type, depth, places, page);
    this.#spreading.delete(name);
    return cost;
  }

  private field(
    node: FieldNode,
    parent: GraphQLCompositeType | undefined,
    depth: number,
    places: Places,
    page?: Cost,
  ): Cost {
    this.count();
    const name = node.name.value;
    const inner = this.places(node, places);
    if (node.alias) this.counts.aliases += 1;
    if (depth === 1) {
      this.counts.rootFields += 1;
      this.rootFieldNames.add(name);
    }
    this.counts.depth = Math.max(this.counts.depth, depth);
    if (name === '__schema' || name === '__type') {
      this.introspects = true;
      this.selections(node.selectionSet, undefined, 0, inner);
      return INTROSPECTION;
    }
    const below = depth === 0 ? 0 : depth + 1;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    const type = field && getNamedType(field.type);
    if (!field || !isCompositeType(type)) return this.selections(node.selectionSet, undefined, below, inner);
    const size = isPaged(field) ? this.pageSize(node) : undefined;
    if (isList(field.type)) {
      return times(size ?? page ?? PLAIN_LIST, add(1, this.selections(node.selectionSet, type, below, inner)));
    }
    const { cost } = field.extensions;
    return add(typeof cost === 'number' ? cost : 1, this.selections(node.selectionSet, type, below, inner, size));
  }

  /** The places below a field; fields with the same response name share them, as they will be merged. */
  private places({ alias, name }: FieldNode, places: Places): Places {
    const key = (alias ?? name).value;
    let place = places.get(key);
    if (!place) places.set(key, (place = { count: 0, below: new Map() }));
    this.counts.fieldPairs += place.count;
    place.count += 1;
    return place.below;
  }

  private pageSize(node: FieldNode): Cost {
    const sizes = (node.arguments ?? [])
      .filter(({ name }) => SLICING_ARGUMENTS.includes(name.value))
      .map(({ value }) => this.numberIn(value));
    return sizes.length === 0 ? DEFAULT_PAGE : sizes.reduce((left, right) => combine(left, right, Math.max));
  }

  private numberIn(value: ValueNode): Cost {
    if (value.kind !== Kind.VARIABLE) return literalSize(value);
    const name = value.name.value;
    const declared = this.#variables.find(({ variable }) => variable.name.value === name);
    const fallback = literalSize(declared?.defaultValue);
    return (variables) => {
      const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (Array.isArray(given)) return given.length;
      return typeof given === 'number' ? Math.abs(given) : fallback;
    };
  }

  private typeNamed(name: string): GraphQLCompositeType | undefined {
    const type = this.schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  private count(): void {
    this.counts.fields += 1;
    this.remaining.fields -= 1;
    if (this.remaining.fields < 0) throw new TooManyFields();
  }
}

/**
 * Measures every operation of a document, which need not be valid, and every unused fragment.
 * @param maxFields in total; counting stops there, so that measuring a document is always cheap.
 * @returns null if there are more.
 */
export function measureDocument(
  schema: GraphQLSchema,
  { definitions }: DocumentNode,
  maxFields: number,
): ReadonlyMap<DefinitionNode, OperationStats> | null {
  const fragments = new Map(
    definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition]),
  );
  const remaining = { fields: maxFields };
  const reached = new Set<string>();
  const stats = new Map<DefinitionNode, OperationStats>();
  const measure = (definition: OperationDefinitionNode | FragmentDefinitionNode): void => {
    const walk = new Walk(schema, fragments, definition, remaining);
    stats.set(definition, walk.run());
    for (const name of walk.reached) reached.add(name);
  };
  try {
    for (const definition of definitions) if (definition.kind === Kind.OPERATION_DEFINITION) measure(definition);
    for (const fragment of fragments.values()) if (!reached.has(fragment.name.value)) measure(fragment);
    return stats;
  } catch (error) {
    if (error instanceof TooManyFields) return null;
    throw error;
  }
}
