/** Removes the account conditions of all statements, for tests that show that another isolation layer is sufficient. */
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import type { PreparedQuery } from '../../src/db/pipeline/batch';

const CONDITION = /(?:\b\w+\.)?(?:"account_id"|\baccount_id) = (\$\d+)(?:::uuid)?(?!\d)/g;
/** The row of an account belongs to itself: its id is the account's. */
const ACCOUNT_ROW = /(FROM "account" t WHERE )t\."id" = (\$1)(?!\d)/;

/** The same statement for the rows of all accounts; the parameter remains but is not compared. */
function withoutCondition(query: PreparedQuery): PreparedQuery {
  const text = query.text.replace(CONDITION, '$1::uuid IS NOT NULL').replace(ACCOUNT_ROW, '$1$2::uuid IS NOT NULL');
  // Without its name, which refers to the prepared statement with the condition.
  return text === query.text ? query : { ...query, name: undefined, text };
}

/**
 * Removes the account condition from every statement that is sent.
 * @returns a function that restores the conditions.
 */
export function removeAccountFilter(): () => void {
  const batch = Reflect.get(PipelineClient.prototype, 'batch');
  PipelineClient.prototype.batch = function (queries) {
    return batch.call(this, queries.map(withoutCondition));
  };
  return () => {
    PipelineClient.prototype.batch = batch;
  };
}
