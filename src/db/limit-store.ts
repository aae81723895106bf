/** The table in which several processes count what was asked for, as rate-limiter-flexible reads and writes it. */
import type { QueryConfig } from 'pg';

export interface LimitStore {
  query(config: QueryConfig): Promise<{ readonly rows: readonly unknown[]; readonly rowCount: number | null }>;
}
