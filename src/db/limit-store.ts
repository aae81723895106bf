/** The table in which several processes count requests, as rate-limiter-flexible reads and writes it. */
import type { QueryConfig } from 'pg';
import type { PreparedQuery } from './pipeline/batch';

interface Counted {
  readonly points: unknown;
  readonly expire: unknown;
}

export interface LimitStore {
  query(config: QueryConfig): Promise<{ readonly rows: readonly Counted[]; readonly rowCount: number }>;
}

/** @param write runs one statement in its own transaction. */
export const limitStore = (write: (query: PreparedQuery) => Promise<unknown[][]>): LimitStore => ({
  query: async ({ name, text, values = [] }) => {
    // All its statements return these two columns, or none.
    const rows = (await write({ name, text, values })).map(([points, expire]) => ({ points, expire }));
    return { rows, rowCount: rows.length };
  },
});
