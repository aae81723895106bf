/** Every list is read through an index: none reads a whole table, none sorts more than its filter leaves. */
import { buildDataset } from '../../bench/dataset';
import { explainLists, SAMPLES } from '../../bench/readings';
import { fillOthers } from '../../bench/volume';
import { openHouse } from '../harness/gateway';
import { query } from '../harness/sql';

/** Enough that reading everything would cost more than an index; statistics are taken, and nothing is switched off. */
const SIZE = { accounts: 8, agents: 300, tools: 300, toolsOfAgent: 3, schedules: 300, runs: 6000 };

it('whatever the resource, order, direction, page, scope and filter', async () => {
  const house = await openHouse();
  try {
    const [account] = await buildDataset(house.database.superuserUrl, SIZE);
    await fillOthers(house.database.superuserUrl, SIZE.tools);
    const { tenantUrl, operatorUrl } = house.database;
    const { name, metadata, agentId, status } = SAMPLES(account?.agentIds[3] ?? '');
    const samples = { name: name?.slice(1), metadata: metadata?.slice(0, 1), agentId, status: status?.slice(0, 1) };
    const [server] = await query<{ number: string }>(
      house.database.superuserUrl,
      "SELECT current_setting('server_version_num') AS number",
    );
    // Filters across accounts skip through indexes that start with the account, which PostgreSQL does from 18 on.
    const skips = Number(server?.number) >= 180_000;
    const one = { scope: 'one account', key: account?.key ?? '', url: tenantUrl };
    const all = { scope: 'all accounts', key: house.master.key, url: operatorUrl };
    const readings = [
      ...(await explainLists(house.gateway, [one], samples)),
      ...(await explainLists(house.gateway, [all], skips ? samples : {})),
    ];
    const faults = readings
      .filter((one) => one.faults.size > 0)
      .map(({ scope, order, faults: found, reads }) => ({ scope, order, faults: [...found], reads: [...reads] }));
    process.stdout.write(`lists: ${readings.length}, plans: ${readings.reduce((sum, one) => sum + one.plans, 0)}\n`);
    expect(faults).toEqual([]);
    expect(readings.length).toBeGreaterThan(40);
  } finally {
    await house.close();
  }
}, 240_000);
