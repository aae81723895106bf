/** Preloaded into a gateway: no longer sets the account that row level security needs, to measure its cost. */
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';

const batch = Reflect.get(PipelineClient.prototype, 'batch');

PipelineClient.prototype.batch = async function (queries) {
  const isSetting = queries.map(({ text }) => text.startsWith('SET LOCAL app.account_id'));
  const answers = await batch.call(
    this,
    queries.filter((_query, index) => !isSetting[index]),
  );
  let next = 0;
  return isSetting.map((left) => (left ? [] : (answers[next++] ?? [])));
};
