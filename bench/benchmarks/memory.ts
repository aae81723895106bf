/** Measures the gateway's resident memory under Q2, every minute. */
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import { contestantOf, type Harness } from '../harness/harness';
import { settings } from '../harness/settings';
import { toMegabytes } from '../harness/statistics';
import { Q2 } from '../workloads';

const SETTINGS = settings({ accounts: SIZE_D.accounts, minutes: 10 });

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: SETTINGS.accounts });
  const gateway = await harness.launchGateway(cluster);
  const residentMb = async (): Promise<string> => toMegabytes((await gateway.usage()).resident);
  const contestant = contestantOf(gateway, Q2);
  const rows = [['start', '', await residentMb()]];
  for (let minute = 1; minute <= SETTINGS.minutes; minute += 1) {
    const { rate } = await harness.measure(contestant, 60);
    rows.push([`minute ${minute}`, rate.toFixed(0), await residentMb()]);
  }
  const summary = `Q2, ${SETTINGS.accounts} accounts`;
  return [{ summary, head: ['', 'requests/s', 'resident MB'], rows, page: 'docs/performance.md' }];
}

export const benchmark: Benchmark = { description: 'resident memory under load, minute by minute', run };
