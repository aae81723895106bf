/**
 * The one road of an operation: every transport, every first and every later run comes through `runOperation`, so that
 * each check is made each time, in one order. What is known of a text is remembered, never that it passed a check which
 * depends on its caller.
 */
import { getVariableValues, Kind, OperationTypeNode, typeFromAST, type GraphQLSchema } from 'graphql';
import { ownerOf, type Caller } from '../auth/caller';
import { GatewayError } from '../errors';
import { Turns } from '../util/turns';
import type { GatewayContext, OperationDetails, PreparedDetails } from './context';
import { RequestErrors, withCode, type ToGatewayError } from './errors/to-gateway-error';
import { AnswerBudget } from './executor/answer-budget';
import { executeFields } from './executor/execute-fields';
import type { FieldPlan, OperationPlan, Variables } from './executor/operation-plan';
import { answerTo, refusalOf, withCost, type OperationAnswer, type TranslatedAnswer } from './operation-answer';
import { refuseLongLists } from './long-lists';
import { refuseCost } from './operation-limits';
import { PreparedDocuments, type PreparedDocument, type PreparedOperation } from './prepared-documents';
import { runMutation, type BeginField, type MutationResult, type Operation } from './run-mutation';
import { requestedText, untrusted, type TrustedDocuments } from './trusted-documents';

/** The parameters of a request, as GraphQL over HTTP names them. */
export interface OperationRequest {
  readonly query?: string | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Parts of the way of an operation, in their order. */
export type OperationStep = 'admission' | 'authorization' | 'queue' | 'execution' | 'records';

/** Called for every operation, in this order, from here and nowhere else. */
export interface OperationHooks<Context> {
  /** A document was read, and whether it may run is not decided yet. */
  onPrepared(context: Context, prepared: PreparedDetails): void;
  /** A part of the way has ended well. */
  onStep(context: Context, step: OperationStep): void;
  /** An operation is about to run; what this throws is the answer, and nothing runs. */
  onOperation(context: Context, details: OperationDetails): void;
  /** A field, or the whole operation, was refused for want of a right. */
  onDenied(context: Context, code: string, field: string): void;
  /** An operation ran, and none of its answer has left; what this throws takes the answer's place. */
  onResponse(context: Context, details: OperationDetails): Promise<void>;
}

type RefusalKind = 'parse' | 'limit' | 'validation';

export interface OperationBudgets {
  /** @throws GatewayError RATE_LIMITED */
  spend(caller: Caller | null, address: string, cost: number): Promise<void>;
  chargeRefusal(caller: Caller | null, address: string, kind: RefusalKind): void;
}

/** Where operations wait for their turn: fair between owners, and bounded, for each holds the rows that it has read. */
interface OperationQueue {
  /** @throws GatewayError OVERLOADED when the turn does not come; then nothing ran. */
  run<T>(owner: string, work: () => Promise<T>): Promise<T>;
}

export interface OperationParts<Context> {
  readonly schema: GraphQLSchema;
  /** Null where every document may be run. */
  readonly trusted: TrustedDocuments | null;
  readonly rateLimits: OperationBudgets;
  readonly queue: OperationQueue;
  readonly hooks: OperationHooks<Context>;
  readonly beginField: BeginField<Context>;
  readonly toGatewayError: ToGatewayError;
}

/** Never rejects: whatever happens is an answer. */
export type RunOperation<Context> = (request: OperationRequest, context: Context) => Promise<OperationAnswer>;

/** graphql-js stops there too. */
const MAX_VARIABLE_ERRORS = 50;

/** Operations are read, and root fields completed, while no more than this was spent in a turn of the event loop. */
const TURN_MS = 5;

/** The field that an error without a path is about. */
const WHOLE_DOCUMENT = '(document)';

/** @throws RequestErrors; GatewayError BAD_USER_INPUT for a list that is too long. */
function coerceVariables(schema: GraphQLSchema, { operation }: PreparedOperation, values: Variables): Variables {
  const { variableDefinitions = [] } = operation;
  for (const { variable, type } of variableDefinitions) {
    const { value: name } = variable.name;
    if (typeof values[name] === 'object') refuseLongLists(typeFromAST(schema, type), values[name], [name]);
  }
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, values, {
    maxErrors: MAX_VARIABLE_ERRORS,
    hideSuggestions: true,
  });
  if (errors) throw new RequestErrors(errors.map((error) => withCode(error, 'BAD_USER_INPUT')));
  return coerced;
}

function refuseIntrospection({ stats }: PreparedOperation, caller: Caller | null): void {
  if (!stats.introspects || caller) return;
  throw new GatewayError(
    'UNAUTHENTICATED',
    'Reading the schema by introspection needs a key. Send one as "X-API-Key: <key>", or use the published schema file.',
  );
}

/** What a root field is about: the account that it names, or else the row. */
function targetOf({ nodes: [node] }: FieldPlan, variables: Variables): string | null {
  for (const name of ['accountId', 'id', 'slug']) {
    const value = node?.arguments?.find((argument) => argument.name.value === name)?.value;
    const named =
      value?.kind === Kind.VARIABLE ? variables[value.name.value] : value && 'value' in value && value.value;
    if (typeof named === 'string') return named.toLowerCase();
  }
  return null;
}

const detailsOf = (
  { operation, stats, fieldPaths }: PreparedOperation,
  { root }: OperationPlan,
  variables: Variables,
): OperationDetails => ({
  name: operation.name?.value ?? null,
  isMutation: operation.operation === OperationTypeNode.MUTATION,
  fields: stats.rootFieldNames,
  fieldPaths,
  isForSeveral: new Set(root.fields.map((field) => targetOf(field, variables))).size > 1,
});

const preparedDetails = (
  document: PreparedDocument,
  { operation }: PreparedOperation,
  cost: number,
  isTrusted: boolean,
): PreparedDetails => ({
  name: operation.name?.value ?? null,
  isMutation: operation.operation === OperationTypeNode.MUTATION,
  documentHash: document.hash,
  isTrusted,
  cost,
});

/** Aliases are the caller's to choose, fields are not. */
const fieldAt = (plan: OperationPlan | null, key: string | number | undefined): string =>
  plan?.root.fields.find((field) => field.key === key)?.field.name ?? WHOLE_DOCUMENT;

/** What a refused operation cost the gateway; null for what its caller is not charged for. */
function chargeOf({ code }: GatewayError): RefusalKind | null {
  if (code === 'GRAPHQL_PARSE_FAILED') return 'parse';
  if (code === 'GRAPHQL_VALIDATION_FAILED') return 'validation';
  return code === 'RATE_LIMITED' || code === 'UNAVAILABLE' || code === 'INTERNAL' ? null : 'limit';
}

export function createRunOperation<Context extends GatewayContext>({
  schema,
  trusted,
  rateLimits,
  queue,
  hooks,
  beginField,
  toGatewayError,
}: OperationParts<Context>): RunOperation<Context> {
  const turns = new Turns(TURN_MS);
  const documents = new PreparedDocuments(schema, trusted && ((document) => trusted.includes(document)));

  const execute = (operation: Operation<Context>, { isMutation }: OperationDetails): Promise<MutationResult> =>
    isMutation
      ? runMutation({ ...operation, beginField })
      : executeFields({ ...operation, fields: operation.plan.root.fields });

  function reportDenied(context: Context, plan: OperationPlan | null, { answer, errors }: TranslatedAnswer): void {
    errors.forEach(({ denied, code }, index) => {
      if (denied) hooks.onDenied(context, code, fieldAt(plan, answer.body.errors?.[index]?.path?.[0]));
    });
  }

  return async function runOperation(request, context) {
    const { caller, address, requestId, fieldRecord } = context;
    const owner = ownerOf(caller, address);
    const turn = (): Promise<void> | null => turns.next(owner);
    /** Null until the operation may run: what is refused before is charged. */
    let running: OperationPlan | null = null;
    try {
      const wait = turn();
      if (wait) await wait;

      // Admission: what the document and its variables ask for.
      const text = requestedText(request, trusted);
      const document = documents.get(text) ?? documents.prepare(text);
      if (!document.isTrusted) throw untrusted();
      const prepared = document.operationNamed(request.operationName);
      refuseIntrospection(prepared, caller);
      const cost = prepared.stats.cost(request.variables ?? {});
      hooks.onPrepared(context, preparedDetails(document, prepared, cost, trusted !== null));
      refuseCost(cost);
      const variables = coerceVariables(schema, prepared, request.variables ?? {});
      await rateLimits.spend(caller, address, cost);
      hooks.onStep(context, 'admission');

      // Authorization: whether this caller may run every field of it.
      const plan = prepared.planFor(variables);
      const details = detailsOf(prepared, plan, variables);
      hooks.onOperation(context, details);
      hooks.onStep(context, 'authorization');

      // Execution, which limits the size of the answer while it grows.
      running = plan;
      const budget = new AnswerBudget();
      const result = await queue.run(owner, async () => {
        // It may have waited.
        await context.checkKey();
        hooks.onStep(context, 'queue');
        return execute({ plan, variables, context, budget, turn }, details);
      });
      hooks.onStep(context, 'execution');

      // The answer, once what was refused and done is recorded.
      const translated = answerTo(result, requestId, toGatewayError, budget.spentChars);
      for (const { code, field } of fieldRecord.denials) hooks.onDenied(context, code, field);
      reportDenied(context, plan, translated);
      await hooks.onResponse(context, details);
      hooks.onStep(context, 'records');
      if (request.extensions?.['cost'] !== true) return translated.answer;
      return withCost(translated, { estimated: cost, actual: budget.objects }).answer;
    } catch (error) {
      const translated = refusalOf(error, requestId, toGatewayError);
      reportDenied(context, running, translated);
      const charge = running === null ? translated.errors.map(chargeOf).find((kind) => kind !== null) : null;
      if (charge) rateLimits.chargeRefusal(caller, address, charge);
      return translated.answer;
    }
  };
}
