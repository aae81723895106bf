/**
 * Executes fields as the GraphQL specification requires (section 6, Execution). All selected fields are executed and
 * awaited, even if others fail; then errors propagate as nulls, in document order.
 */
import {
  defaultTypeResolver,
  getArgumentValues,
  isObjectType,
  locatedError,
  type ExecutionResult,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';
import type { AnswerBudget } from './answer-budget';
import { JsonText } from '../../util/json-text';
import { put, resultWithFailures, type Failure, type Place } from './null-propagation';
import {
  plannedArguments,
  type FieldPlan,
  type OperationPlan,
  type ResponseObject,
  type Shape,
  type Variables,
} from './operation-plan';

type ShapeOf<Kind extends Shape['kind']> = Extract<Shape, { kind: Kind }>;

/** Placeholder for a value that is not available yet. */
const PENDING = Symbol('pending');

const isPromise = <Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** Whether a leaf value only needs to be serialized. */
const isPlain = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

const propertyOf = (source: unknown, name: string): unknown =>
  typeof source === 'object' && source !== null ? (source as Record<string, unknown>)[name] : undefined;

function pathTo(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at; at = at.prev) path.push(at.key);
  return path.reverse();
}

const nameOf = ({ parentType, field }: FieldPlan): string => `${parentType.name}.${field.name}`;

function serialize({ type, isText }: ShapeOf<'leaf'>, value: unknown): unknown {
  if (isText && typeof value === 'string') return value;
  const serialized: unknown = type.serialize(value);
  if (serialized !== null && serialized !== undefined) return serialized;
  throw new Error(`A value of type ${type.name} was serialized as ${String(serialized)}.`);
}

export const infoOf = (
  { schema, fragments, operation }: OperationPlan,
  variableValues: Variables,
  { field, nodes, parentType }: FieldPlan,
  path: GraphQLResolveInfo['path'],
): GraphQLResolveInfo => ({
  fieldName: field.name,
  fieldNodes: nodes,
  returnType: field.type,
  parentType,
  path,
  schema,
  fragments,
  rootValue: undefined,
  operation,
  variableValues,
});

class Execution {
  readonly #failures: Failure[] = [];
  /** The number of awaited values, plus one until all fields have been started. */
  #pending = 1;
  #end: () => void = () => undefined;

  constructor(
    private readonly plan: OperationPlan,
    private readonly variables: Variables,
    private readonly context: unknown,
    private readonly budget: AnswerBudget,
    private readonly turn: () => Promise<void> | null,
    private readonly source: unknown,
  ) {}

  /** @throws GatewayError QUERY_TOO_COMPLEX for an answer that exceeds the budget; it stops growing there. */
  async run(fields: readonly FieldPlan[]): Promise<ExecutionResult> {
    const data = new this.plan.root.ResponseObject();
    this.#fields(fields, this.source, data, undefined);
    this.#pending -= 1;
    if (this.#pending > 0) await new Promise<void>((resolve) => (this.#end = resolve));
    this.budget.refuseSpent();
    return this.#failures.length === 0 ? { data } : resultWithFailures(data, this.#failures);
  }

  #fields(fields: readonly FieldPlan[], source: unknown, data: ResponseObject, above: Place | undefined): void {
    for (const plan of fields) {
      if (this.budget.isSpent) return;
      data[plan.key] = this.#field(plan, source, data, above);
    }
  }

  #field(plan: FieldPlan, source: unknown, container: ResponseObject, above: Place | undefined): unknown {
    const { shape, resolve, key, field } = plan;
    if (!resolve && shape.kind === 'leaf') {
      // Fast path: most fields are text columns of a row, or JSON that is passed on.
      const leaf = propertyOf(source, field.name);
      if (shape.isText && typeof leaf === 'string') {
        this.budget.chars -= leaf.length;
        return leaf;
      }
      if (leaf instanceof JsonText) {
        this.budget.chars -= leaf.text.length;
        return leaf;
      }
      if (shape.nullable && (leaf === null || leaf === undefined)) return null;
      if (isPlain(leaf)) {
        try {
          return this.#leaf(shape, leaf);
        } catch {
          // It fails below again, where the place of the error is known.
        }
      }
    }
    const place: Place = { prev: above, key, typename: plan.parentType.name, container, nullable: shape.nullable };
    let value: unknown;
    try {
      value = resolve
        ? resolve(source, this.#arguments(plan), this.context, this.#info(plan, place))
        : this.#property(plan, source, place);
    } catch (error) {
      return this.#fail(plan, error, place);
    }
    return this.#complete(plan, shape, value, place);
  }

  /** Reads a field without a resolver, as graphql-js does. */
  #property(plan: FieldPlan, source: unknown, place: Place): unknown {
    const value = propertyOf(source, plan.field.name);
    if (typeof value !== 'function') return value;
    return value.call(source, this.#arguments(plan), this.context, this.#info(plan, place)) as unknown;
  }

  #arguments({ args, field, nodes: [node] }: FieldPlan): Variables {
    const planned = args && plannedArguments(args, this.variables);
    if (planned) return planned;
    if (!node) throw new Error(`No node selects ${field.name}.`);
    return getArgumentValues(field, node, this.variables);
  }

  #info(field: FieldPlan, path: Place): GraphQLResolveInfo {
    return infoOf(this.plan, this.variables, field, path);
  }

  /** @returns the value for this place in the answer; null if it failed or is still awaited. */
  #complete(plan: FieldPlan, shape: Shape, value: unknown, place: Place): unknown {
    let completed: unknown;
    try {
      completed = this.#value(plan, shape, value, place);
    } catch (error) {
      return this.#fail(plan, error, place);
    }
    if (completed === PENDING) return null;
    if (completed !== null || shape.nullable) return completed;
    return this.#fail(plan, new Error(`Cannot return null for non-nullable field ${nameOf(plan)}.`), place);
  }

  #value(plan: FieldPlan, shape: Shape, value: unknown, place: Place): unknown {
    if (value === null || value === undefined) return null;
    if (isPromise(value))
      return this.#wait(plan, value, place, (settled) => this.#complete(plan, shape, settled, place));
    if (value instanceof Error) throw value;
    switch (shape.kind) {
      case 'leaf':
        return this.#leaf(shape, value);
      case 'list':
        return this.#list(plan, shape.item, value, place);
      case 'object':
        return this.#object(plan, shape.type, value, place);
      case 'abstract':
        return this.#abstract(plan, shape, value, place);
    }
  }

  #wait(
    plan: FieldPlan,
    promise: PromiseLike<unknown>,
    place: Place,
    complete: (settled: unknown) => unknown,
  ): typeof PENDING {
    this.#pending += 1;
    promise.then(
      (settled) => {
        // A root field may return thousands of rows, so each is completed in a separate turn.
        const wait = place.prev ? null : this.turn();
        if (wait) void wait.then(() => this.#finish(plan, settled, place, complete));
        else this.#finish(plan, settled, place, complete);
      },
      (error: unknown) => this.#settle(place, this.#fail(plan, error, place)),
    );
    return PENDING;
  }

  #finish(plan: FieldPlan, settled: unknown, place: Place, complete: (settled: unknown) => unknown): void {
    try {
      this.#settle(place, complete(settled));
    } catch (error) {
      this.#settle(place, this.#fail(plan, error, place));
    }
  }

  #settle(place: Place, value: unknown): void {
    put(place, value);
    this.#pending -= 1;
    if (this.#pending === 0) this.#end();
  }

  #leaf(shape: ShapeOf<'leaf'>, value: unknown): unknown {
    const serialized = serialize(shape, value);
    this.budget.spendValue(serialized);
    return serialized;
  }

  #list(plan: FieldPlan, shape: Shape, values: unknown, place: Place): unknown[] {
    if (!isIterable(values)) throw new Error(`Expected Iterable, but did not find one for field "${nameOf(plan)}".`);
    const container: unknown[] = [];
    for (const value of values) {
      if (this.budget.isSpent) break;
      const key = container.length;
      const item: Place = { prev: place, key, typename: undefined, container, nullable: shape.nullable };
      container.push(this.#complete(plan, shape, value, item));
    }
    return container;
  }

  #object(plan: FieldPlan, type: GraphQLObjectType, source: unknown, place: Place): ResponseObject {
    const { fields, keyChars, ResponseObject } = this.plan.below(plan, type);
    this.budget.chars -= keyChars;
    this.budget.objects += plan.weight;
    const data = new ResponseObject();
    this.#fields(fields, source, data, place);
    return data;
  }

  #abstract(plan: FieldPlan, shape: ShapeOf<'abstract'>, source: unknown, place: Place): unknown {
    const { type, nullable } = shape;
    const name = (type.resolveType ?? defaultTypeResolver)(source, this.context, this.#info(plan, place), type);
    if (!isPromise(name)) return this.#object(plan, this.#runtimeType(plan, type, name), source, place);
    return this.#wait(plan, name, place, (settled) =>
      this.#complete(plan, { kind: 'object', nullable, type: this.#runtimeType(plan, type, settled) }, source, place),
    );
  }

  /** @throws Error for a name that is not an object type of the abstract type. */
  #runtimeType(plan: FieldPlan, type: GraphQLAbstractType, name: unknown): GraphQLObjectType {
    const { schema } = this.plan;
    const runtimeType = typeof name === 'string' ? schema.getType(name) : undefined;
    if (isObjectType(runtimeType) && schema.isSubType(type, runtimeType)) return runtimeType;
    throw new Error(`A value of ${nameOf(plan)} is of no object type of ${type.name}.`);
  }

  #fail(plan: FieldPlan, error: unknown, place: Place): null {
    this.#failures.push({ place, error: locatedError(error, plan.nodes, pathTo(place)) });
    return null;
  }
}

export interface OperationToExecute {
  readonly plan: OperationPlan;
  /** Coerced. */
  readonly variables: Variables;
  readonly context: unknown;
  readonly budget: AnswerBudget;
  /** Null if long work may start immediately, otherwise a promise of its turn. */
  readonly turn: () => Promise<void> | null;
  /** The object from which root fields are resolved: the event of a subscription. */
  readonly source?: unknown;
}

/**
 * @param fields of `plan.root`: all for a query, one for a mutation.
 * @throws GatewayError QUERY_TOO_COMPLEX for an answer that exceeds its budget.
 */
export const executeFields = (
  { plan, variables, context, budget, turn, source }: OperationToExecute,
  fields: readonly FieldPlan[],
): Promise<ExecutionResult> => new Execution(plan, variables, context, budget, turn, source).run(fields);
