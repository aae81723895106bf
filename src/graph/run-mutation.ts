/**
 * Mutations: each root field by itself, in the order of the document, in one transaction with all reads of its answer. It
 * is stored once its answer is complete and free of errors, or not at all.
 */
import { locatedError, type ExecutionResult, type GraphQLError } from 'graphql';
import { isTransactionConflict } from '../db/database-errors';
import { newFieldRecord, type FieldRecord, type GatewayContext } from './context';
import { executeFields, type FieldsToExecute } from './executor/execute-fields';
import type { FieldPlan } from './executor/operation-plan';

const MAX_TRIES = 3;

/** The transaction of one root field. */
interface FieldTransaction<Context> {
  /** What the field and everything below it run with. */
  readonly context: Context;
  /** Whether COMMIT was answered, which may have gone with the change. */
  readonly isStored: boolean;
  /** @throws when nothing was stored, or when nobody knows (DatabaseUnavailableError that is not safe to retry). */
  commit(): Promise<void>;
  /** Takes back what is not stored. */
  rollback(): Promise<void>;
}

interface FieldToBegin {
  /** Its place among the root fields. */
  readonly index: number;
  /** Can completing the answer read more than the rows that the field itself gives? */
  readonly answerReadsMore: boolean;
}

export type BeginField<Context> = (context: Context, field: FieldToBegin) => FieldTransaction<Context>;

export type Operation<Context> = Omit<FieldsToExecute, 'fields' | 'context'> & { readonly context: Context };

type Mutation<Context> = Operation<Context> & { readonly beginField: BeginField<Context> };

export interface MutationResult extends ExecutionResult {
  /** What fields answered that are stored, where `data` does not show it. */
  readonly stored?: Readonly<Record<string, unknown>>;
}

interface FieldResult extends ExecutionResult {
  readonly isStored: boolean;
}

/** What was rolled back is not shown: nobody is to keep the id of a row, or the secret of a key, that does not exist. */
const failedField = (field: FieldPlan, errors: readonly GraphQLError[], isStored: boolean): FieldResult => ({
  data: field.shape.nullable ? { [field.key]: null } : null,
  errors,
  isStored,
});

const located = (field: FieldPlan, error: unknown): GraphQLError => locatedError(error, field.nodes, [field.key]);

/** Errors may be several deep in those of GraphQL. */
function isRetryable(error: GraphQLError): boolean {
  let cause: unknown = error;
  for (; cause instanceof Error && 'originalError' in cause && cause.originalError; cause = cause.originalError);
  return isTransactionConflict(cause);
}

/** Executes a field. Its answer has a place among those that wait to be read before its change is stored. */
async function answerOf<Context extends GatewayContext>(
  mutation: Operation<Context>,
  transaction: FieldTransaction<Context>,
  field: FieldPlan,
): Promise<ExecutionResult> {
  const { context } = transaction;
  try {
    const result = await executeFields({ ...mutation, context, fields: [field] });
    // What is stored is answered where there is no room, too: it is no more than a row, and may be a new secret.
    if (!result.errors && !transaction.isStored) context.reserveAnswer(mutation.budget.spentChars);
    return result;
  } catch (error) {
    return { errors: [located(field, error)] };
  }
}

async function attempt<Context extends GatewayContext>(
  { beginField, ...mutation }: Mutation<Context>,
  field: FieldPlan,
  fieldRecord: FieldRecord,
): Promise<FieldResult> {
  const transaction = beginField(
    { ...mutation.context, fieldRecord },
    { index: mutation.plan.root.fields.indexOf(field), answerReadsMore: mutation.plan.readsMore(field) },
  );
  const result = await answerOf(mutation, transaction, field);
  try {
    if (!result.errors) {
      await transaction.commit();
      return { ...result, isStored: true };
    }
    await transaction.rollback();
    return failedField(field, result.errors, transaction.isStored);
  } catch (error) {
    // A COMMIT that failed says what became of the change: nothing that goes wrong after it is told instead.
    await transaction.rollback().catch(() => undefined);
    return failedField(field, [located(field, error)], transaction.isStored);
  }
}

/** A transaction that met another one is repeated; what the attempts before it did is forgotten. */
async function executeField<Context extends GatewayContext>(
  mutation: Mutation<Context>,
  field: FieldPlan,
): Promise<FieldResult> {
  const { budget, context } = mutation;
  const { chars, objects } = budget;
  try {
    // Fields before may have taken their time. Not while a connection is held: the look-up needs one, too.
    await context.checkKey();
  } catch (error) {
    return failedField(field, [located(field, error)], false);
  }
  for (let triesLeft = MAX_TRIES - 1; ; triesLeft -= 1) {
    const fieldRecord = newFieldRecord();
    const result = await attempt(mutation, field, fieldRecord);
    if (result.errors) Object.assign(budget, { chars, objects });
    if (triesLeft > 0 && !result.isStored && result.errors?.some(isRetryable)) continue;
    context.fieldRecord.uses.push(...fieldRecord.uses);
    context.fieldRecord.denials.push(...fieldRecord.denials);
    return result;
  }
}

/** A failure that leaves no place for null ends the mutation; fields before it stay stored, those after it do not run. */
export async function runMutation<Context extends GatewayContext>(
  mutation: Mutation<Context>,
): Promise<MutationResult> {
  const { fields, ResponseObject } = mutation.plan.root;
  const data = new ResponseObject();
  const stored = new ResponseObject();
  const errors: GraphQLError[] = [];
  for (const field of fields) {
    const result = await executeField(mutation, field);
    errors.push(...(result.errors ?? []));
    if (result.isStored) stored[field.key] = result.data?.[field.key] ?? null;
    if (!result.data) return { data: null, errors, stored };
    data[field.key] = result.data[field.key];
  }
  return errors.length === 0 ? { data } : { data, errors, stored };
}
