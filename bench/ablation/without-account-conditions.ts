/** Preloaded into a gateway: removes the account conditions from its statements, to measure their cost. */
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';

const CONDITION = /\b(t|l)\."?account_id"? = \$1(::uuid)?(?!\d)/g;
const batch = Reflect.get(PipelineClient.prototype, 'batch');
const rewritten = new Map<string, string>();

function withoutConditions(text: string): string {
  let changed = rewritten.get(text);
  if (changed === undefined) rewritten.set(text, (changed = text.replace(CONDITION, '$$1::uuid IS NOT NULL')));
  return changed;
}

PipelineClient.prototype.batch = function (queries) {
  return batch.call(
    this,
    queries.map((query) => ({ ...query, text: withoutConditions(query.text) })),
  );
};
