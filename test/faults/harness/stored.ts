/** The contents of the database at the end. */
import { connected } from '../../harness/sql';
import type { Fact } from './ledger';

export interface StoredRow {
  readonly id: string;
  readonly version: number;
  /** The name that its writer gave it; null for a key that replaces another one. */
  readonly marker: string | null;
  readonly columns: Readonly<Record<string, unknown>>;
  /** Only for keys; hexadecimal. */
  readonly secretHash: string | null;
}

export interface StoredEvent {
  readonly requestId: string;
  /** Such as `Tool CREATE`. */
  readonly what: string;
  readonly resourceId: string;
  readonly after: Readonly<Record<string, unknown>>;
}

export interface Stored {
  readonly rows: Readonly<Record<Fact['table'], readonly StoredRow[]>>;
  readonly events: readonly StoredEvent[];
  /** Requests of master keys that left an access entry. */
  readonly accessed: ReadonlySet<string>;
}

const MARKERS: Readonly<Record<Fact['table'], string>> = {
  tool: 'name',
  agent: 'name',
  run: "input ->> 'marker'",
  // A key that replaces another one has the same name.
  api_key: 'CASE WHEN NOT EXISTS (SELECT FROM api_key p WHERE p.replaced_by = t.id) THEN name END',
};

export function readStored(superuserUrl: string): Promise<Stored> {
  return connected(superuserUrl, async (client) => {
    const rowsOf = async (table: Fact['table']): Promise<StoredRow[]> => {
      const hash = table === 'api_key' ? "encode(secret_hash, 'hex')" : 'NULL';
      const { rows } = await client.query<StoredRow>(
        `SELECT id, version, ${MARKERS[table]} AS marker, to_jsonb(t) AS columns, ${hash} AS "secretHash" FROM ${table} t`,
      );
      return rows;
    };
    const rows = {
      tool: await rowsOf('tool'),
      agent: await rowsOf('agent'),
      run: await rowsOf('run'),
      api_key: await rowsOf('api_key'),
    };
    const events = await client.query<StoredEvent>(
      `SELECT request_id AS "requestId", resource_type || ' ' || action AS what, resource_id AS "resourceId", coalesce(after, '{}') AS after
         FROM audit_event JOIN audit_image USING (account_id, sequence) WHERE request_id IS NOT NULL`,
    );
    const access = await client.query<{ id: string }>('SELECT request_id AS id FROM master_access');
    return { rows, events: events.rows, accessed: new Set(access.rows.map(({ id }) => id)) };
  });
}
