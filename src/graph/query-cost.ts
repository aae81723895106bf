/** Measures one operation: what it is made of, and how many objects its answer may hold. */
import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
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
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;
/** A number, or one that the variables decide. */
type Cost = number | ((variables: Variables) => number);

export interface Tally {
  fields: number;
  rootFields: number;
  depth: number;
  aliases: number;
  directives: number;
}

export interface Measure {
  readonly tally: Readonly<Tally>;
  /** Names of the root fields, each once. */
  readonly roots: readonly string[];
  /** True when it reads `__schema` or `__type`. */
  readonly introspects: boolean;
  /**
   * Objects in the answer when every page is full. An object field is one, or what its `cost` says; a list of objects is its page size
   * (`first` or `last`, 20 when absent; 10 for a list without pages) times its items; leaves are free.
   */
  readonly cost: (variables: Variables) => number;
}

const DEFAULT_PAGE = 20;
const PLAIN_LIST = 10;
/** One reading of the schema holds about as many objects. */
const INTROSPECTION = 1_000;

const valueOf = (cost: Cost, variables: Variables): number => (typeof cost === 'number' ? cost : cost(variables));

function combine(left: Cost, right: Cost, operate: (left: number, right: number) => number): Cost {
  if (typeof left === 'number' && typeof right === 'number') return operate(left, right);
  return (variables) => operate(valueOf(left, variables), valueOf(right, variables));
}

const add = (left: Cost, right: Cost): Cost => combine(left, right, (a, b) => a + b);
const times = (left: Cost, right: Cost): Cost => combine(left, right, (a, b) => a * b);

const isList = (type: GraphQLOutputType): boolean => isListType(isNonNullType(type) ? type.ofType : type);

const isPaged = (field: GraphQLField<unknown, unknown>): boolean =>
  field.args.some(({ name }) => name === 'first' || name === 'last');

/** Thrown within this file to stop counting; deeper than any honest document goes. */
class Exhausted extends Error {}

class Walk {
  readonly tally: Tally = { fields: 0, rootFields: 0, depth: 0, aliases: 0, directives: 0 };
  introspects = false;
  readonly roots = new Set<string>();
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #spreading = new Set<string>();

  constructor(
    readonly schema: GraphQLSchema,
    document: DocumentNode,
    readonly operation: OperationDefinitionNode,
    readonly mostFields: number,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  run(): Cost {
    const { directives = [], variableDefinitions = [], selectionSet } = this.operation;
    this.tally.directives += directives.length;
    for (const variable of variableDefinitions) this.tally.directives += variable.directives?.length ?? 0;
    return this.selections(selectionSet, this.schema.getRootType(this.operation.operation) ?? undefined, 1);
  }

  /** @param depth of the fields selected here; 0 counts no depth. @param page size of the connection around, if any. */
  selections(
    set: SelectionSetNode | undefined,
    type: GraphQLCompositeType | undefined,
    depth: number,
    page?: Cost,
  ): Cost {
    let total: Cost = 0;
    for (const selection of set?.selections ?? []) {
      this.tally.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        total = add(total, this.field(selection, type, depth, page));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const narrowed = selection.typeCondition ? this.typeNamed(selection.typeCondition.name.value) : type;
        total = add(total, this.selections(selection.selectionSet, narrowed, depth, page));
      } else {
        total = add(total, this.spread(selection.name.value, depth, page));
      }
    }
    return total;
  }

  private spread(name: string, depth: number, page?: Cost): Cost {
    const fragment = this.#fragments.get(name);
    // A fragment that spreads itself is refused by validation; this walk must end even without it.
    if (!fragment || this.#spreading.has(name)) throw new Exhausted();
    this.#spreading.add(name);
    // An empty fragment that is spread often must use up the count too.
    this.count();
    const cost = this.selections(fragment.selectionSet, this.typeNamed(fragment.typeCondition.name.value), depth, page);
    this.#spreading.delete(name);
    return cost;
  }

  private field(node: FieldNode, parent: GraphQLCompositeType | undefined, depth: number, page?: Cost): Cost {
    this.count();
    if (node.alias) this.tally.aliases += 1;
    if (depth === 1) {
      this.tally.rootFields += 1;
      this.roots.add(node.name.value);
    }
    this.tally.depth = Math.max(this.tally.depth, depth);
    if (node.name.value === '__schema' || node.name.value === '__type') {
      this.introspects = true;
      this.selections(node.selectionSet, undefined, 0);
      return INTROSPECTION;
    }
    const below = depth === 0 ? 0 : depth + 1;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    const type = field && getNamedType(field.type);
    if (!field || !isCompositeType(type)) return this.selections(node.selectionSet, undefined, below);
    const size = isPaged(field) ? this.pageSize(node) : undefined;
    if (isList(field.type)) {
      return times(size ?? page ?? PLAIN_LIST, add(1, this.selections(node.selectionSet, type, below)));
    }
    const { cost } = field.extensions;
    return add(typeof cost === 'number' ? cost : 1, this.selections(node.selectionSet, type, below, size));
  }

  private pageSize(node: FieldNode): Cost {
    const asked = (node.arguments ?? [])
      .filter(({ name }) => name.value === 'first' || name.value === 'last')
      .map(({ value }) => this.numberIn(value));
    return asked.length === 0 ? DEFAULT_PAGE : asked.reduce((left, right) => combine(left, right, Math.max));
  }

  private numberIn(value: ValueNode): Cost {
    if (value.kind === Kind.INT) return Math.abs(Number(value.value));
    if (value.kind !== Kind.VARIABLE) return DEFAULT_PAGE;
    const name = value.name.value;
    const declared = this.operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    const fallback =
      declared?.defaultValue?.kind === Kind.INT ? Math.abs(Number(declared.defaultValue.value)) : DEFAULT_PAGE;
    return (variables) => {
      const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
      return typeof given === 'number' ? Math.abs(given) : fallback;
    };
  }

  private typeNamed(name: string): GraphQLCompositeType | undefined {
    const type = this.schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }

  private count(): void {
    this.tally.fields += 1;
    if (this.tally.fields > this.mostFields) throw new Exhausted();
  }
}

const measures = new WeakMap<OperationDefinitionNode, Measure>();

/**
 * Each operation is walked once and remembered for as long as its document is.
 * @param mostFields stops counting there.
 * @returns null when the operation has more fields than that once its fragments are expanded, or spreads in a circle.
 */
export function measureOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  mostFields: number,
): Measure | null {
  const known = measures.get(operation);
  if (known) return known;
  const walk = new Walk(schema, document, operation, mostFields);
  try {
    const cost = walk.run();
    const { tally, introspects } = walk;
    const measure = {
      tally,
      introspects,
      roots: [...walk.roots],
      cost: (variables: Variables) => valueOf(cost, variables),
    };
    measures.set(operation, measure);
    return measure;
  } catch (error) {
    if (error instanceof Exhausted) return null;
    throw error;
  }
}
