/** One round: a server under load for some seconds, and what it cost; many rounds: medians and spreads. */
import type { Generator, Running } from './process';

export const CONNECTIONS = 16;

export interface Round {
  /** Requests per second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the server per request, milliseconds. */
  readonly cpu: number;
}

/** @throws Error when any request was refused: a server that fails fast would win. */
export async function measureRound(
  server: Running,
  generator: Generator,
  requests: readonly string[],
  seconds: number,
): Promise<Round> {
  const before = await server.usage();
  const report = await generator.run({
    port: server.port,
    connections: CONNECTIONS,
    milliseconds: seconds * 1000,
    requests,
  });
  const after = await server.usage();
  if (report.failed > 0) throw new Error(`${report.failed} of ${report.answered} requests were not answered with 200`);
  return {
    rate: (report.answered / report.milliseconds) * 1000,
    p50: report.p50,
    p99: report.p99,
    cpu: (after.cpu - before.cpu) / 1000 / report.answered,
  };
}
