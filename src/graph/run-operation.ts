/**
 * The only path of an operation: every transport and every run goes through `runOperation`, which makes each check every
 * time, in one order. What is known about a text is cached, but never that it passed a check that depends on its caller.
 */
import { OperationTypeNode, valueFromASTUntyped, type GraphQLSchema } from 'graphql';
import { stringify } from 'safe-stable-stringify';
import { isUuid, ownerOf, type Caller } from '../auth/caller';
import { GatewayError } from '../errors';
import { Turns } from '../util/event-loop-turns';
import type { GatewayContext, OperationDetails, Place, PreparedDetails } from './context';
import type { ToGatewayError } from './errors/to-gateway-error';
import { AnswerBudget } from './executor/answer-budget';
import { executeFields } from './executor/execute-fields';
import type { FieldPlan, OperationPlan, Variables } from './executor/operation-plan';
import { answerTo, refusalOf, withCost, type OperationAnswer, type TranslatedAnswer } from './operation-answer';
import { refuseCost } from './operation-limits';
import { PreparedDocuments, type PreparedDocument, type PreparedOperation } from './prepared-documents';
import { runMutation, type BeginField, type MutationResult, type Operation } from './run-mutation';
import { startSubscription, type AnswerStream, type OperationSteps } from './run-subscription';
import type { OpenStreams } from './open-streams';
import { ONE_ANSWER, refuseUncarried, type Transport } from './transport';
import { requestedText, untrusted, type TrustedDocuments } from './trusted-documents';

/** A request's parameters, as named by GraphQL over HTTP. */
export interface OperationRequest {
  readonly query?: string | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** The steps of an operation, in order. */
export type OperationStep = 'admission' | 'authorization' | 'queue' | 'execution' | 'records';

/** Called for every operation, in this order, and only from this file. */
export interface OperationHooks<Context> {
  /** The document has been read; whether it may run is not decided yet. */
  onPrepared(context: Context, prepared: PreparedDetails): void;
  /** A step has completed. */
  onStep(context: Context, step: OperationStep): void;
  /** The operation is about to run; if this throws, the error is the answer and nothing runs. */
  onOperation(context: Context, details: OperationDetails): void;
  /** A field or the whole operation was refused for lack of permission. */
  onDenied(context: Context, code: string, field: string): void;
  /** The operation ran, but nothing has been sent yet; if this throws, the error replaces the answer. */
  onResponse(context: Context, details: OperationDetails): void | Promise<void>;
}

type RefusalKind = 'parse' | 'limit' | 'validation';

export interface OperationBudgets {
  /** @returns a promise only if counts are stored elsewhere. @throws GatewayError RATE_LIMITED */
  spend(caller: Caller | null, address: string, cost: number): void | Promise<void>;
  chargeRefusal(caller: Caller | null, address: string, kind: RefusalKind): void;
}

/**
 * Decides when operations start: fairly between owners, and a limited number at a time, because each holds the rows
 * that it has read.
 */
interface OperationQueue {
  /** @throws GatewayError OVERLOADED for an operation that did not start; nothing of it was done. */
  run<T>(owner: string, work: () => Promise<T>, held?: Place | null): Promise<T>;
}

export interface OperationParts<Context extends GatewayContext> {
  readonly schema: GraphQLSchema;
  /** Null if any document may run. */
  readonly trusted: TrustedDocuments | null;
  readonly rateLimits: OperationBudgets;
  readonly queue: OperationQueue;
  readonly streams: OpenStreams;
  readonly hooks: OperationHooks<Context>;
  readonly beginField: BeginField<Context>;
  readonly toGatewayError: ToGatewayError;
}

/** Neither ever rejects: every outcome is an answer. */
export interface Operations<Context> {
  /** Runs a query or a mutation. */
  readonly run: (request: OperationRequest, context: Context) => Promise<OperationAnswer>;
  /** Runs an operation over a transport that may carry streams: a subscription gives one. */
  readonly begin: (
    request: OperationRequest,
    context: Context,
    transport: Transport,
  ) => Promise<OperationAnswer | AnswerStream>;
}

export type RunOperation<Context> = Operations<Context>['run'];

/** The time per turn of the event loop for reading operations and completing root fields. */
const TURN_MS = 5;

/** The field reported for errors without a path. */
const WHOLE_DOCUMENT = '(document)';

function refuseIntrospection({ stats }: PreparedOperation, caller: Caller | null): void {
  if (!stats.introspects || caller) return;
  throw new GatewayError(
    'UNAUTHENTICATED',
    'Introspection needs a key. Send one as "X-API-Key: <key>", or use the published schema file.',
  );
}

/** The ids anywhere in a value. */
function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return isUuid(value) ? [value.toLowerCase()] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : [];
}

/** What a root field names: the account, or else a row, or else rows by a list or a filter. */
function targetsOf({ nodes: [node] }: FieldPlan, variables: Variables): readonly (string | null)[] {
  const given: Record<string, unknown> = Object.fromEntries(
    (node?.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]),
  );
  for (const name of ['accountId', 'id', 'slug']) {
    const named = given[name];
    if (typeof named === 'string') return [named.toLowerCase()];
  }
  const ids = idsIn(given);
  if (ids.length > 0) return ids;
  return [given['filter'] ? stringify(given['filter']) : null];
}

const detailsOf = (
  { operation, stats, fieldPaths }: PreparedOperation,
  { root }: OperationPlan,
  variables: Variables,
): OperationDetails => ({
  name: operation.name?.value ?? null,
  isMutation: operation.operation === OperationTypeNode.MUTATION,
  isSubscription: operation.operation === OperationTypeNode.SUBSCRIPTION,
  fields: stats.rootFieldNames,
  fieldPaths,
  isForSeveral: () => new Set(root.fields.flatMap((field) => targetsOf(field, variables))).size > 1,
});

const preparedDetails = (
  document: PreparedDocument,
  { operation }: PreparedOperation,
  cost: number,
  isTrusted: boolean,
): PreparedDetails => ({
  name: operation.name?.value ?? null,
  isMutation: operation.operation === OperationTypeNode.MUTATION,
  isSubscription: operation.operation === OperationTypeNode.SUBSCRIPTION,
  documentHash: document.hash,
  isTrusted,
  cost,
});

/** Callers choose aliases, but not field names. */
const fieldAt = (plan: OperationPlan | null, key: string | number | undefined): string =>
  plan?.root.fields.find((field) => field.key === key)?.field.name ?? WHOLE_DOCUMENT;

/** Errors that are not the fault of the document, or that are counted elsewhere. */
const NOT_CHARGED: ReadonlySet<string> = new Set(['RATE_LIMITED', 'OVERLOADED', 'UNAVAILABLE', 'INTERNAL']);

/** How to charge a refused operation; null if the caller is not charged. */
function chargeOf({ code }: GatewayError): RefusalKind | null {
  if (code === 'GRAPHQL_PARSE_FAILED') return 'parse';
  if (code === 'GRAPHQL_VALIDATION_FAILED') return 'validation';
  return NOT_CHARGED.has(code) ? null : 'limit';
}

export function createOperations<Context extends GatewayContext>({
  schema,
  trusted,
  rateLimits,
  queue,
  streams,
  hooks,
  beginField,
  toGatewayError,
}: OperationParts<Context>): Operations<Context> {
  const turns = new Turns(TURN_MS);
  const documents = new PreparedDocuments(schema, trusted && ((document) => trusted.includes(document)));

  const execute = (operation: Operation<Context>, { isMutation }: OperationDetails): Promise<MutationResult> =>
    isMutation ? runMutation(operation, beginField) : executeFields(operation, operation.plan.root.fields);

  function reportDenied(context: Context, plan: OperationPlan | null, { answer, errors }: TranslatedAnswer): void {
    errors.forEach(({ denied, code }, index) => {
      if (denied) hooks.onDenied(context, code, fieldAt(plan, answer.body.errors?.[index]?.path?.[0]));
    });
  }

  function record(
    context: Context,
    plan: OperationPlan,
    details: OperationDetails,
    translated: TranslatedAnswer,
  ): void | Promise<void> {
    for (const { code, field } of context.fieldRecord.denials) hooks.onDenied(context, code, field);
    reportDenied(context, plan, translated);
    return hooks.onResponse(context, details);
  }

  /** The steps for each event of a subscription. */
  const stepsOf = (plan: OperationPlan, details: OperationDetails, cost: number): OperationSteps<Context> => ({
    authorize: (context) => hooks.onOperation(context, details),
    spend: ({ caller, address }) => rateLimits.spend(caller, address, cost),
    queue: (owner, work) => queue.run(owner, work),
    record: (context, translated) => record(context, plan, details, translated),
    recordRefusal: (context, translated) => reportDenied(context, plan, translated),
    toGatewayError,
  });

  /** @returns for a subscription, a function that starts it: each of its events takes a separate turn. */
  async function runInTurn(
    request: OperationRequest,
    context: Context,
    transport: Transport,
    onRunning: (plan: OperationPlan) => void,
  ): Promise<OperationAnswer | (() => Promise<AnswerStream>)> {
    const { caller, address, requestId } = context;
    const owner = ownerOf(caller, address);
    const turn = (): Promise<void> | null => turns.next(owner);
    const wait = turn();
    if (wait) await wait;

    // Admission: what the document and its variables ask for.
    const text = requestedText(request, trusted);
    const document = documents.get(owner, text) ?? documents.prepare(owner, text);
    if (!document.isTrusted) throw untrusted();
    const prepared = document.operationNamed(request.operationName);
    refuseUncarried(prepared.operation.operation, transport);
    refuseIntrospection(prepared, caller);
    const cost = prepared.stats.cost(request.variables ?? {});
    hooks.onPrepared(context, preparedDetails(document, prepared, cost, trusted !== null));
    refuseCost(cost);
    const variables = prepared.variables.coerce(request.variables ?? {});
    const spending = rateLimits.spend(caller, address, cost);
    if (spending) await spending;
    hooks.onStep(context, 'admission');

    // Authorization: whether this caller may run all of its fields.
    const plan = prepared.planFor(variables);
    const details = detailsOf(prepared, plan, variables);
    hooks.onOperation(context, details);
    hooks.onStep(context, 'authorization');

    // Execution, which limits the size of the answer while it grows; likewise for each event of a stream.
    onRunning(plan);
    if (details.isSubscription)
      return () => startSubscription({ plan, variables, context, turn }, stepsOf(plan, details, cost), streams);
    const budget = new AnswerBudget(transport.maxAnswerChars);
    const checking = context.checkKey();
    if (checking instanceof Promise) await checking;
    const result = await execute({ plan, variables, context, budget, turn }, details);
    hooks.onStep(context, 'execution');

    // The answer, once refusals and usage have been recorded.
    const translated = answerTo(result, requestId, toGatewayError, budget.spentChars);
    const recording = record(context, plan, details, translated);
    if (recording) await recording;
    hooks.onStep(context, 'records');
    if (request.extensions?.['cost'] !== true) return translated.answer;
    return withCost(translated, { estimated: cost, actual: budget.objects }).answer;
  }

  async function begin(
    request: OperationRequest,
    context: Context,
    transport: Transport,
  ): Promise<OperationAnswer | AnswerStream> {
    const { caller, address, requestId } = context;
    /** No plan until the operation may run: refusals before that are charged. */
    const running: { plan: OperationPlan | null } = { plan: null };
    try {
      const begun = await queue.run(
        ownerOf(caller, address),
        () => {
          hooks.onStep(context, 'queue');
          return runInTurn(request, context, transport, (plan) => (running.plan = plan));
        },
        context.place,
      );
      return typeof begun === 'function' ? await begun() : begun;
    } catch (error) {
      const translated = refusalOf(error, requestId, toGatewayError);
      reportDenied(context, running.plan, translated);
      const charge = running.plan === null ? translated.errors.map(chargeOf).find((kind) => kind !== null) : null;
      if (charge) rateLimits.chargeRefusal(caller, address, charge);
      return translated.answer;
    }
  }

  return {
    begin,
    run: async (request, context) => {
      const answer = await begin(request, context, ONE_ANSWER);
      if ('body' in answer) return answer;
      throw new Error('A stream was started without a transport that carries streams.');
    },
  };
}
