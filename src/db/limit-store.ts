/** The table in which several processes count what was asked for, as rate-limiter-flexible reads and writes it. */
import type { QueryConfig } from 'pg';
import type { PreparedQuery } from './pipeline/batch';

interface Counted {
  readonly points: unknown;
  readonly expire: unknown;
}

export interface LimitStore {
  query(config: QueryConfig): Promise<{ readonly rows: readonly Counted[]; readonly rowCount: number }>;
}

/** @param write runs one statement as a transaction of its own. */
export const limitStore = (write: (query: PreparedQuery) => Promise<unknown[][]>): LimitStore => ({
  query: async ({ name, text, values = [] }) => {
    // All of its statements answer with these two columns, or with none.
    const rows = (await write({ name, text, values })).map(([points, expire]) => ({ points, expire }));
    return { rows, rowCount: rows.length };
  },
});
