/** Subscriptions: the key is checked again for every event, and events of other accounts are skipped. */
import { getArgumentValues, type GraphQLResolveInfo } from 'graphql';
import { FOREIGN_ROW } from './output-guard';
import type { Arguments, Call, Resolver, RootPlan } from './protected-fields';

/** An event that passed the output guard, or its error; only created in this file, so that nothing else is delivered. */
class Delivery<Context> {
  constructor(
    /** The value from the source; undefined if the key is no longer accepted, which ends the stream. */
    readonly event: unknown,
    readonly value: unknown,
    readonly failed: boolean,
    /** The context in which the fields of the event are resolved. */
    readonly context: Context,
  ) {}
}

/** @param value a value of a stream of this schema, whose contexts all have the same type. */
export const isDelivery = <Context>(value: unknown): value is Delivery<Context> => value instanceof Delivery;

const isEventStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** graphql-jit passes the operation's variables to `subscribe` instead of the field's arguments. */
function argumentsOf({ parentType, fieldName, fieldNodes, variableValues }: GraphQLResolveInfo): Arguments {
  const field = parentType.getFields()[fieldName];
  const [node] = fieldNodes;
  if (!field || !node) throw new Error(`${fieldName} is not a field of ${parentType.name}.`);
  return getArgumentValues(field, node, variableValues);
}

/** A caller's subscription. */
class Subscription<Context, Scope extends object> {
  private readonly call: Call;

  constructor(
    private readonly plan: RootPlan<Context, Scope>,
    private readonly context: Context,
    private readonly info: GraphQLResolveInfo,
  ) {
    this.call = plan.splitArguments(argumentsOf(info));
  }

  async start(
    source: unknown,
    subscribe: Resolver<Context>,
    resolve: Resolver<Context>,
  ): Promise<AsyncIterable<Delivery<Context>>> {
    const { args } = this.call;
    const { context } = this;
    const events: unknown = await subscribe(source, args, this.scoped(context, this.authorize(context)), this.info);
    if (!isEventStream(events))
      throw new Error(`${this.info.fieldName} subscribes to something that is not an event stream.`);
    return this.deliver(events[Symbol.asyncIterator](), resolve);
  }

  private authorize(context: Context): Scope | undefined {
    return this.plan.authorize(context, this.call.accountId);
  }

  private scoped(context: Context, scope: Scope | undefined): Context {
    return scope === undefined ? context : this.plan.policy.withScope(context, scope);
  }

  /** Not a generator, whose `return` would wait for the next event before releasing the source. */
  private deliver(
    events: AsyncIterator<unknown>,
    resolve: Resolver<Context>,
  ): AsyncIterableIterator<Delivery<Context>> {
    let ended = false;
    const end = async (): Promise<IteratorReturnResult<undefined>> => {
      ended = true;
      await events.return?.();
      return { done: true, value: undefined };
    };
    const next = async (): Promise<IteratorResult<Delivery<Context>, undefined>> => {
      while (!ended) {
        const event = await events.next();
        if (event.done) return { done: true, value: undefined };
        let context = this.context;
        let scope: Scope | undefined;
        try {
          context = await this.plan.policy.contextOfEvent(context);
          scope = this.authorize(context);
        } catch (error) {
          // The key is no longer valid: the stream ends with the reason.
          await end();
          return { done: false, value: new Delivery(undefined, error, true, context) };
        }
        const delivery = await this.check(event.value, scope, context, resolve);
        if (delivery) return { done: false, value: delivery };
      }
      return { done: true, value: undefined };
    };
    return {
      next,
      return: end,
      throw: end,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** @returns undefined for an event that has only foreign rows, or that the resolver hides completely. */
  private async check(
    event: unknown,
    scope: Scope | undefined,
    context: Context,
    resolve: Resolver<Context>,
  ): Promise<Delivery<Context> | undefined> {
    try {
      const { args } = this.call;
      const value: unknown = await resolve(event, args, this.scoped(context, scope), this.info);
      if (value === null || value === undefined) return undefined;
      if (!this.plan.outputGuard || scope === undefined) return new Delivery(event, value, false, context);
      const filtered: unknown = await this.plan.outputGuard.filter(value, scope, context, this.info);
      const emptied = Array.isArray(filtered) && filtered.length === 0 && filtered !== value;
      return filtered === FOREIGN_ROW || emptied ? undefined : new Delivery(event, filtered, false, context);
    } catch (error) {
      return new Delivery(event, error, true, context);
    }
  }
}

/** A subscription field's stream with authorization and output guard. */
export function protectSubscription<Context, Scope extends object>(
  plan: RootPlan<Context, Scope>,
  subscribe: Resolver<Context>,
  resolve: Resolver<Context>,
): Resolver<Context> {
  return (source, _args, context, info) => new Subscription(plan, context, info).start(source, subscribe, resolve);
}

/** A subscription field's resolver: returns what the stream delivered, and refuses anything else. */
export function deliveredValue(source: unknown): unknown {
  if (!(source instanceof Delivery)) throw new Error('A subscription is answered through its event stream only.');
  if (source.failed) throw source.value;
  return source.value;
}
