/** Every list is read through an index: none reads a table from end to end, sorts it, or looks at more than it may. */
import { buildDataset } from '../../bench/dataset';
import { explainLists, type Asked } from '../../bench/readings';
import { everything } from '../../bench/samples';
import { changedRow, fillOthers } from '../../bench/volume';
import { startTestGateway } from '../harness/gateway';

/** Enough that reading everything would cost more than an index; statistics are taken, and nothing is switched off. */
const SIZE = { accounts: 8, agents: 300, tools: 300, toolsOfAgent: 3, schedules: 300, runs: 6000 };

/** Some of what the benchmark filters by: each kind of filter that an index is there for, and of search. */
function some({ samples, required }: Asked): Asked {
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

it('whatever the resource, order, direction, page, scope and filter', async () => {
  const testGateway = await startTestGateway();
  try {
    const { superuserUrl, tenantUrl, operatorUrl } = testGateway.database;
    const [account] = await buildDataset(superuserUrl, SIZE);
    if (!account) throw new Error('No account');
    await fillOthers(superuserUrl, SIZE.tools, SIZE.runs);
    const readers = [
      { scope: 'one account', key: account.key, url: tenantUrl, master: false },
      { scope: 'all accounts', key: testGateway.master.key, url: operatorUrl, master: true },
    ];
    const asked = some(everything(account.agentIds[3] ?? '', changedRow(account.id, 7)));
    const readings = await explainLists(testGateway.gateway, readers, asked);
    const faults = readings
      .filter((one) => one.faults.size > 0)
      .map(({ scope, list, by, faults: found, reads }) => ({ scope, list, by, faults: [...found], reads: [...reads] }));
    process.stdout.write(`lists: ${readings.length}, plans: ${readings.reduce((sum, one) => sum + one.plans, 0)}\n`);
    expect(faults).toEqual([]);
    expect(readings.length).toBeGreaterThan(100);
  } finally {
    await testGateway.close();
  }
}, 240_000);
