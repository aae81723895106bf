/** The mixed load that callers send to the gateway. */
import type { BenchAccount } from '../dataset/dataset';
import { requestsFor, type Server } from '../harness/servers';
import { M, Q1, Q2, Q3, type Workload } from '../workloads';

/** Shares out of ten requests. */
const SHARES: readonly (readonly [workload: Workload, count: number])[] = [
  [Q1, 4],
  [Q2, 2],
  [Q3, 3],
  [M, 1],
];

export const MIX = 'of ten requests four Q1, two Q2, three Q3 and one M';

/** @param accounts the accounts that send the requests. */
export const mixedRequests = (server: Server, accounts: readonly BenchAccount[]): string[] =>
  SHARES.flatMap(([workload, count]) => {
    const cluster = { ...server.cluster, accounts };
    return Array.from({ length: count }, () => requestsFor({ ...server, cluster }, workload)).flat();
  });

/** Rate limits are off: the benchmark measures how the gateway protects itself without them. */
export const UNLIMITED = { RATE_LIMIT_KEY: '0', RATE_LIMIT_ACCOUNT: '0', RATE_LIMIT_ADDRESS: '0' };
