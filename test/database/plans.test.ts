/** Every list is read through an index: none scans or sorts a table, or reads more rows than the limit. */
import { buildDataset } from '../../bench/dataset/dataset';
import { explainLists, type ListArguments } from '../../bench/lists/explain-lists';
import { filterSamples } from '../../bench/lists/filter-samples';
import { changedRow, fillOthers } from '../../bench/dataset/more-rows';
import { canAsk } from '../harness/among-shards';
import { startTestGateway } from '../harness/gateway';

/**
 * So many that reading everything would cost more than an index; statistics are taken, and no plan type is disabled.
 */
const SIZE = { accounts: 8, agents: 300, tools: 300, toolsOfAgent: 3, schedules: 300, runs: 6000 };

/** Some of the benchmark's filters: each kind that has an index, and each kind that is searched for. */
function some({ samples, required }: ListArguments): ListArguments {
  const { agentId, RunStatusFilter, RunTriggerFilter, resourceId, requestId, name, metadata } = samples;
  return {
    required,
    samples: {
      'runs.agentId': agentId?.slice(0, 1),
      'runs.metadata': metadata,
      'runs.startedAt': samples['TimeFilter'],
      'tools.name': name?.slice(0, 1),
      'tools.metadata': metadata?.slice(0, 1),
      'auditEvents.at': samples['TimeFilter'],
      RunStatusFilter: RunStatusFilter?.slice(1),
      RunTriggerFilter: RunTriggerFilter?.slice(1),
      resourceId: resourceId?.slice(0, 1),
      requestId: requestId?.slice(0, 1),
      runs: samples['runs'],
    },
  };
}

const testPlans = canAsk('plans') ? test : test.skip;

testPlans(
  'every list is read along an index in every order, direction, page, scope and filter',
  async () => {
    const testGateway = await startTestGateway();
    try {
      const { superuserUrl, tenantUrl, operatorUrl } = testGateway.database;
      const [account] = await buildDataset(superuserUrl, SIZE);
      if (!account) throw new Error('The dataset has no account');
      await fillOthers(superuserUrl, SIZE.tools, SIZE.runs);
      const readers = [
        { scope: 'one account', key: account.key, url: tenantUrl, master: false },
        { scope: 'all accounts', key: testGateway.master.key, url: operatorUrl, master: true },
      ];
      const samples = some(filterSamples(account.agentIds[3] ?? '', changedRow(account.id, 7)));
      const readings = await explainLists(testGateway.gateway, readers, samples);
      const problems = readings
        .filter((reading) => reading.problems.size > 0)
        .map(({ scope, list, by, problems, indexes }) => ({
          scope,
          list,
          by,
          problems: [...problems],
          indexes: [...indexes],
        }));
      process.stdout.write(
        `lists: ${readings.length}, plans: ${readings.reduce((sum, { plans }) => sum + plans, 0)}\n`,
      );
      expect(problems).toEqual([]);
      expect(readings.length).toBeGreaterThan(100);
    } finally {
      await testGateway.close();
    }
  },
  240_000,
);
