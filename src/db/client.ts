/** The database connection of every pool: pipelined, corked, and with timestamps kept as text. */
import { Socket } from 'node:net';
import { Client, types, type ClientConfig, type QueryConfig, type QueryResult } from 'pg';

const TIMESTAMPTZ = 1184;
const INT8 = 20;

/** `2026-11-23 17:48:33.12+00` -> `2026-11-23T17:48:33.120Z`, without a Date in between when the offset is zero. */
export function isoTimestamp(text: string): string {
  if (!text.endsWith('+00')) return new Date(text).toISOString();
  const seconds = `${text.slice(0, 10)}T${text.slice(11, 19)}`;
  return `${seconds}.${text.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`;
}

const parsers = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): unknown => {
    if (oid === TIMESTAMPTZ) return isoTimestamp;
    if (oid === INT8) return Number;
    return format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid, 'text');
  }) as typeof types.getTypeParser,
};

const ignore = (): void => undefined;

/** A statement whose rows come as arrays, in the order of the selected columns. */
export interface PreparedQuery {
  /** Unset for statements that are too rare to be kept prepared. */
  readonly name?: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
}

export class PipelineClient extends Client {
  readonly #socket: Socket;

  constructor(config?: ClientConfig) {
    const socket = new Socket();
    super({ ...config, stream: () => socket, types: parsers });
    this.#socket = socket;
    // A checked-out client without a listener ends the process when its backend is terminated; the queries in flight
    // are rejected anyway, which is how their callers learn of it.
    this.on('error', ignore);
  }

  /**
   * Sends `first`, the queries and `last` in one write and waits for all of them.
   * @returns the rows of each query.
   * @throws the first failure; the caller must then discard every result.
   */
  async batch(first: string, queries: readonly PreparedQuery[], last: string): Promise<unknown[][][]> {
    this.#socket.cork();
    const begun = this.query(first);
    const answers = queries.map((query) => this.query<unknown[]>(arrayQuery(query)));
    const ended = this.query(last);
    this.#socket.uncork();
    const settled = await Promise.allSettled<QueryResult>([begun, ...answers, ended]);
    for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
    return Promise.all(answers.map(async (answer) => (await answer).rows));
  }
}

const arrayQuery = (query: PreparedQuery): QueryConfig & { rowMode: 'array' } => ({
  name: query.name,
  text: query.text,
  values: [...query.values],
  rowMode: 'array',
});
