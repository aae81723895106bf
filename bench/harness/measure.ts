/** One round: a server under load for a few seconds, and the resources that it used. */
import type { Generator, Running } from './process';
import { median } from './statistics';

export const CONNECTIONS = 16;

export interface Round {
  /** Requests per second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the server per request, milliseconds. */
  readonly cpu: number;
  /** CPU time of PostgreSQL's backends per request, milliseconds; NaN where it cannot be read. */
  readonly database: number;
}

/** The median of one figure over all rounds. */
export const medianOf = (rounds: readonly Round[], name: keyof Round, digits: number): string =>
  median(rounds.map((round) => round[name])).toFixed(digits);

/** @returns milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** A server and the requests of a round. */
export interface Contestant {
  readonly server: Running;
  readonly requests: readonly string[];
  /** The CPU time of all backends so far, in microseconds. */
  readonly databaseCpu: () => number | null;
}

/** @throws Error if any request was refused; otherwise a server that fails fast would win. */
export async function measureRound(generator: Generator, contestant: Contestant, seconds: number): Promise<Round> {
  const { server, requests, databaseCpu } = contestant;
  const [before, databaseBefore] = [await server.usage(), databaseCpu()];
  const report = await generator.run({
    port: server.port,
    connections: CONNECTIONS,
    milliseconds: seconds * 1000,
    requests,
  });
  const [after, databaseAfter] = [await server.usage(), databaseCpu()];
  if (report.failed > 0) throw new Error(`${report.failed} of ${report.answered} requests were not answered with 200`);
  const perRequest = (from: number, to: number): number => (to - from) / 1000 / report.answered;
  return {
    rate: (report.answered / report.milliseconds) * 1000,
    p50: report.p50,
    p99: report.p99,
    cpu: perRequest(before.cpu, after.cpu),
    database: perRequest(databaseBefore ?? Number.NaN, databaseAfter ?? Number.NaN),
  };
}
