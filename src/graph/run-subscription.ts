/**
 * A subscription: each event is executed like a separate operation for its caller, with the current state of the key:
 * authenticated, authorized, counted and limited. The last answer contains the reason why the stream ends.
 */
import { locatedError } from 'graphql';
import { ownerOf, type Caller } from '../auth/caller';
import { DatabaseUnavailableError } from '../db/database-errors';
import { GatewayError, MAX_MESSAGE_CHARS, type ErrorCode } from '../errors';
import type { GatewayContext } from './context';
import { isDelivery } from './directives/subscription';
import type { ToGatewayError } from './errors/to-gateway-error';
import { AnswerBudget } from './executor/answer-budget';
import { executeFields, infoOf } from './executor/execute-fields';
import type { FieldPlan, OperationPlan, Variables } from './executor/operation-plan';
import type { OpenStream, OpenStreams } from './open-streams';
import { answerTo, refusalOf, type OperationAnswer, type TranslatedAnswer } from './operation-answer';

export interface StreamedAnswer {
  readonly body: OperationAnswer['body'];
  /** The number of the event, after which to resume; null for the reason of an end. */
  readonly position: number | null;
  /** Why the stream ends with it; null for an event. */
  readonly end: ErrorCode | null;
  /** Approximate characters in the body; 0 for a small one. */
  readonly chars: number;
}

export interface AnswerStream {
  /**
   * The next answer; request it after the previous one was sent.
   * @returns null at the end.
   */
  next(): Promise<StreamedAnswer | null>;
  /** Calls the listener when the gateway ends it: the reason is its last answer. */
  onEnd(listener: () => void): void;
  /** Called when nobody reads it any more. */
  close(): void;
}

interface Subscription<Context> {
  readonly plan: OperationPlan;
  readonly variables: Variables;
  readonly context: Context;
  readonly turn: () => Promise<void> | null;
}

/** The same steps as run-operation.ts takes for every operation. */
export interface OperationSteps<Context> {
  /** Whether the caller may run every field of it. @throws GatewayError */
  readonly authorize: (context: Context) => void;
  /** Counts its cost. @throws GatewayError RATE_LIMITED */
  readonly spend: (context: Context) => void | Promise<void>;
  /** Starts it when it gets its turn among those of all callers. @throws GatewayError OVERLOADED */
  readonly queue: <T>(owner: string, work: () => Promise<T>) => Promise<T>;
  /** Records accesses and denials before any part of the answer is sent. */
  readonly record: (context: Context, translated: TranslatedAnswer) => void | Promise<void>;
  readonly recordRefusal: (context: Context, translated: TranslatedAnswer) => void;
  readonly toGatewayError: ToGatewayError;
}

/** Errors that prevent an event from being answered completely: the stream ends before it, so that it is not missed. */
const NOT_ANSWERED: ReadonlySet<ErrorCode> = new Set([
  'UNAVAILABLE',
  'OVERLOADED',
  'RATE_LIMITED',
  'INTERNAL',
  'CONFLICT',
]);

/** For a stream that begins. */
const NOTHING_YET: TranslatedAnswer = { answer: { chars: 0, status: 200, headers: {}, body: {} }, errors: [] };

const positionOf = (event: unknown): number | null =>
  typeof event === 'object' && event !== null && 'number' in event && typeof event.number === 'number'
    ? event.number
    : null;

class RunningStream<Context extends GatewayContext> implements AnswerStream, OpenStream {
  readonly #owner: string;
  #caller: Caller | null;
  #events: AsyncIterator<unknown> | null = null;
  #reason: unknown = null;
  #isOver = false;
  #isChecking = false;
  #position: number | null = null;
  #onEnd: () => void = () => undefined;

  constructor(
    private readonly operation: Subscription<Context>,
    private readonly field: FieldPlan,
    private readonly steps: OperationSteps<Context>,
    private readonly streams: OpenStreams,
  ) {
    const { caller, address } = operation.context;
    this.#owner = ownerOf(caller, address);
    this.#caller = caller;
  }

  /** @throws like `subscribe` of the field, and GatewayError OVERLOADED. */
  async start(): Promise<void> {
    const { plan, variables, context } = this.operation;
    const { field, steps } = this;
    this.streams.add(this.#owner, this);
    try {
      const place = { prev: undefined, key: field.key, typename: plan.rootType.name };
      const info = infoOf(plan, variables, field, place);
      const events: unknown = await steps.queue(this.#owner, async () => {
        this.#caller = await context.checkKey();
        return field.field.subscribe?.(undefined, {}, context, info);
      });
      if (!isIterable(events)) throw new Error(`${field.field.name} has no events.`);
      this.#events = events[Symbol.asyncIterator]();
      await steps.record(context, NOTHING_YET);
      if (this.#isOver) void this.#events.return?.();
    } catch (error) {
      this.close();
      throw error instanceof GatewayError ? error : locatedError(error, field.nodes, [field.key]);
    }
  }

  async next(): Promise<StreamedAnswer | null> {
    try {
      for (;;) {
        const step = this.#isOver ? null : await this.#events?.next();
        if (!step || step.done || this.#isOver) return this.#end(this.#reason);
        const answer = await this.#answerTo(step.value);
        if (answer) return answer;
      }
    } catch (error) {
      return this.#end(error);
    }
  }

  check(): void {
    if (this.#isChecking || this.#isOver) return;
    const caller = this.operation.context.checkKey();
    if (caller === this.#caller) return;
    this.#isChecking = true;
    void this.#changeTo(caller).finally(() => (this.#isChecking = false));
  }

  end(reason: unknown): void {
    if (this.#isOver) return;
    this.#reason = reason;
    this.close();
    this.#onEnd();
  }

  onEnd(listener: () => void): void {
    this.#onEnd = listener;
    if (this.#isOver) listener();
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.streams.remove(this.#owner, this);
    void this.#events?.return?.();
  }

  /** A key that changed may do less than before. */
  async #changeTo(checked: ReturnType<GatewayContext['checkKey']>): Promise<void> {
    try {
      const caller = await checked;
      if (caller === this.#caller) return;
      this.#caller = caller;
      this.steps.authorize({ ...this.operation.context, caller });
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) this.end(error);
    }
  }

  /** @throws the reason for which the stream ends. */
  async #answerTo(delivery: unknown): Promise<StreamedAnswer | null> {
    const { operation, steps, field } = this;
    const { plan, variables, turn } = operation;
    if (!isDelivery<Context>(delivery)) throw new Error('An event bypassed the output guard.');
    if (delivery.event === undefined) return this.#end(delivery.value);
    const { context } = delivery;
    steps.authorize(context);
    await steps.spend(context);
    // It is not admitted like an operation, whose caller can send it again after a refusal: an event occurs only once.
    await turn();
    const budget = new AnswerBudget(MAX_MESSAGE_CHARS);
    const result = await executeFields({ plan, variables, context, budget, turn, source: delivery }, [field]);
    const translated = answerTo(result, context.requestId, steps.toGatewayError, budget.spentChars);
    const cause = translated.errors.find(({ code }) => NOT_ANSWERED.has(code));
    if (cause) throw cause;
    await steps.record(context, translated);
    // The stream may have ended in the meantime.
    if (this.#isOver) return this.#end(this.#reason);
    this.#position = positionOf(delivery.event);
    this.streams.sent += 1;
    if (context.record) context.record.events = (context.record.events ?? 0) + 1;
    const { body, chars } = translated.answer;
    return { body, position: this.#position, end: null, chars };
  }

  /** The reason is sent once, with the position from which to resume. */
  #end(reason: unknown): StreamedAnswer | null {
    const isReported = reason !== null && reason !== undefined && this.#events !== null;
    this.close();
    this.#events = null;
    if (!isReported) return null;
    const { context } = this.operation;
    const refusal = refusalOf(reason, context.requestId, this.steps.toGatewayError);
    this.steps.recordRefusal(context, refusal);
    const position = this.#position;
    const errors = refusal.answer.body.errors?.map((error) => ({
      ...error,
      extensions: { ...(position !== null && { resumeAfter: position }), ...error.extensions },
    }));
    const end = refusal.errors[0]?.code ?? 'INTERNAL';
    context.record?.answered(refusal.answer.body.errors);
    return { body: { errors: errors ?? [] }, position: null, end, chars: 0 };
  }
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** @throws anything that prevents the stream from beginning. */
export async function startSubscription<Context extends GatewayContext>(
  operation: Subscription<Context>,
  steps: OperationSteps<Context>,
  streams: OpenStreams,
): Promise<AnswerStream> {
  const [field, ...others] = operation.plan.root.fields;
  if (!field || others.length > 0)
    throw new GatewayError('BAD_REQUEST', 'A subscription has exactly one field that is not skipped.');
  const stream = new RunningStream(operation, field, steps, streams);
  await stream.start();
  operation.context.record?.answered(undefined);
  if (operation.context.record) operation.context.record.events = 0;
  return stream;
}
