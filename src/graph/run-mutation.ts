/**
 * Runs mutations: root fields one by one, in document order, each in a transaction that includes all reads of its
 * answer. It is committed once the answer is complete and free of errors, or not at all.
 */
import { locatedError, type ExecutionResult, type GraphQLError } from 'graphql';
import { isTransactionConflict } from '../db/database-errors';
import { newFieldRecord, type FieldRecord, type GatewayContext } from './context';
import { executeFields, type OperationToExecute } from './executor/execute-fields';
import type { FieldPlan } from './executor/operation-plan';

const MAX_TRIES = 3;

/** The transaction of a root field. */
interface FieldTransaction<Context> {
  /** The context of the field and everything below it. */
  readonly context: Context;
  /** Whether the change was committed; COMMIT may have been sent together with it. */
  readonly isStored: boolean;
  /**
   * @throws if nothing was stored, or if the outcome is unknown (DatabaseUnavailableError that is not safe to retry).
   */
  commit(): Promise<void>;
  /** Rolls back everything that is not committed. */
  rollback(): Promise<void>;
}

interface FieldToBegin {
  /** Its index among the root fields. */
  readonly index: number;
  /** Whether completing the answer can read more than the rows returned by the field itself. */
  readonly answerReadsMore: boolean;
}

export type BeginField<Context> = (context: Context, field: FieldToBegin) => FieldTransaction<Context>;

export type Operation<Context> = Omit<OperationToExecute, 'context'> & { readonly context: Context };

export interface MutationResult extends ExecutionResult {
  /** Answers of committed fields that `data` does not contain. */
  readonly stored?: Readonly<Record<string, unknown>>;
}

interface FieldResult extends ExecutionResult {
  readonly isStored: boolean;
}

/**
 * Omits data that was rolled back: no caller should keep the id of a row, or the secret of a key, that does not exist.
 */
const failedField = (field: FieldPlan, errors: readonly GraphQLError[], isStored: boolean): FieldResult => ({
  data: field.shape.nullable ? { [field.key]: null } : null,
  errors,
  isStored,
});

const located = (field: FieldPlan, error: unknown): GraphQLError => locatedError(error, field.nodes, [field.key]);

/** GraphQL errors may wrap others several levels deep. */
function isRetryable(error: GraphQLError): boolean {
  let cause: unknown = error;
  for (; cause instanceof Error && 'originalError' in cause && cause.originalError; cause = cause.originalError);
  return isTransactionConflict(cause);
}

/** Executes a field, and reserves room for its answer before its change is committed. */
async function answerOf<Context extends GatewayContext>(
  mutation: Operation<Context>,
  transaction: FieldTransaction<Context>,
  field: FieldPlan,
): Promise<ExecutionResult> {
  const { context } = transaction;
  try {
    const result = await executeFields({ ...mutation, context }, [field]);
    // Committed changes are answered even without room: it is no more than a row, and may be a new secret.
    if (!result.errors && !transaction.isStored) context.reserveAnswer(mutation.budget.spentChars);
    return result;
  } catch (error) {
    return { errors: [located(field, error)] };
  }
}

async function attempt<Context extends GatewayContext>(
  mutation: Operation<Context>,
  beginField: BeginField<Context>,
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
      return { isStored: true, ...result };
    }
    await transaction.rollback();
    return failedField(field, result.errors, transaction.isStored);
  } catch (error) {
    // The error of a failed COMMIT says what became of the change, so later errors must not replace it.
    await transaction.rollback().catch(() => undefined);
    return failedField(field, [located(field, error)], transaction.isStored);
  }
}

/** Retries a transaction after a conflict with another one; nothing of earlier attempts is kept. */
async function executeField<Context extends GatewayContext>(
  mutation: Operation<Context>,
  beginField: BeginField<Context>,
  field: FieldPlan,
): Promise<FieldResult> {
  const { budget, context } = mutation;
  const { chars, objects } = budget;
  try {
    // Earlier fields may have taken a while. Checked while no connection is held, because the lookup needs one, too.
    await context.checkKey();
  } catch (error) {
    return failedField(field, [located(field, error)], false);
  }
  for (let triesLeft = MAX_TRIES - 1; ; triesLeft -= 1) {
    const fieldRecord = newFieldRecord();
    const result = await attempt(mutation, beginField, field, fieldRecord);
    if (result.errors) Object.assign(budget, { chars, objects });
    if (triesLeft > 0 && !result.isStored && result.errors?.some(isRetryable)) continue;
    context.fieldRecord.uses.push(...fieldRecord.uses);
    context.fieldRecord.denials.push(...fieldRecord.denials);
    return result;
  }
}

/** A failure that cannot become null ends the mutation; earlier fields stay committed, later ones do not run. */
export async function runMutation<Context extends GatewayContext>(
  mutation: Operation<Context>,
  beginField: BeginField<Context>,
): Promise<MutationResult> {
  const { fields, ResponseObject } = mutation.plan.root;
  const data = new ResponseObject();
  const stored = new ResponseObject();
  const errors: GraphQLError[] = [];
  for (const field of fields) {
    const result = await executeField(mutation, beginField, field);
    errors.push(...(result.errors ?? []));
    if (result.isStored) stored[field.key] = result.data?.[field.key] ?? null;
    if (!result.data) return { data: null, errors, stored };
    data[field.key] = result.data[field.key];
  }
  return errors.length === 0 ? { data } : { data, errors, stored };
}
