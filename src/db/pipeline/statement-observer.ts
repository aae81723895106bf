/** Observes the statements of a request: their texts and times, never their values. */
import type { PreparedQuery } from './batch';
import type { PipelineClient } from './pipeline-client';

/** When the statements of one round trip ran, in milliseconds of `performance.now()`. */
export interface RoundTrip {
  readonly startedAt: number;
  readonly endedAt: number;
  /**
   * The time when the first statement began, followed by the time when each statement was answered; null when all of
   * them were answered together.
   */
  readonly ends: readonly number[] | null;
}

export interface StatementObserver {
  /** For a traced request: its transactions name it, and each statement is timed separately. */
  readonly tracedAs: string | null;
  /** Called once per round trip, including failed ones. Excludes the transaction's own statements. */
  ran(statements: readonly PreparedQuery[], roundTrip: RoundTrip): void;
}

/** The statements that a transaction sends before and after the others. */
export interface Frame {
  readonly opening: readonly PreparedQuery[];
  readonly closing: readonly PreparedQuery[];
}

/**
 * Runs statements inside a transaction's own, in one write.
 * @returns the rows of each of `queries`.
 * @throws as `PipelineClient.batch` does.
 */
export async function runFramed(
  client: PipelineClient,
  queries: readonly PreparedQuery[],
  { opening, closing }: Frame,
  observer: StatementObserver | null | undefined,
): Promise<unknown[][][]> {
  const first = opening.length;
  const all = [...opening, ...queries, ...closing];
  if (!observer) return (await client.batch(all)).slice(first, first + queries.length);
  const startedAt = performance.now();
  const ends: number[] | null = observer.tracedAs === null ? null : [];
  try {
    return (await client.batch(all, ends)).slice(first, first + queries.length);
  } finally {
    const own = ends && (first === 0 ? [startedAt, ...ends] : ends.slice(first - 1)).slice(0, queries.length + 1);
    observer.ran(queries, { startedAt, endedAt: performance.now(), ends: own });
  }
}

/**
 * Puts the trace into PostgreSQL's own views and logs: as the session's name, until the transaction ends. A comment in
 * the statements would make each of them new to the server, which keeps them prepared. See docs/adr/0310.
 */
export function traceSetting({ tracedAs }: StatementObserver, role: string): PreparedQuery[] {
  if (tracedAs === null || !/^[0-9a-f]{32}$/.test(tracedAs)) return [];
  return [{ text: `SET LOCAL application_name = 'portcullis-${role} ${tracedAs}'`, values: [] }];
}
