/** The two pools' settings: how long anything may take, and what connects. */
import { DataSource, type MixedList } from 'typeorm';
import { SnakeNaming } from './setup/naming';
import type { RoleKind } from './setup/roles';
import { PipelineClient } from './pipeline/pipeline-client';
import type { Vault } from './vault';

export interface DatabaseSettings {
  readonly tenantUrl: string;
  readonly operatorUrl: string;
  /** Connections for each role. */
  readonly poolSize: number;
  readonly entities: readonly (new () => object)[];
  readonly vault: Vault;
  readonly onError: (error: Error) => void;
}

/** Milliseconds that anybody waits for a connection. */
export const CONNECT_TIMEOUT = 5_000;
const STATEMENT_TIMEOUT = 15_000;
/**
 * Every list has an index in its order. A table from end to end, or a bitmap of an index, is out of order: PostgreSQL
 * takes it where it expects few rows, and sorts an account where it expected wrong. Where there is no other way it still
 * goes there, and would compile the statement first, for what it then takes for cost.
 */
export const PLANNING = '-c enable_seqscan=off -c enable_bitmapscan=off -c jit=off';
const IDLE_TIMEOUT = 10_000;

/** The pool of one role, not connected yet. */
export function dataSource(url: string, role: RoleKind, { poolSize, entities, onError }: DatabaseSettings): DataSource {
  const list: MixedList<new () => object> = [...entities];
  return new DataSource({
    type: 'postgres',
    url,
    poolSize,
    entities: list,
    namingStrategy: new SnakeNaming(),
    installExtensions: false,
    connectTimeoutMS: CONNECT_TIMEOUT,
    applicationName: `portcullis-${role}`,
    poolErrorHandler: onError,
    extra: {
      Client: PipelineClient,
      pipeline: true,
      keepAlive: true,
      options: PLANNING,
      query_timeout: STATEMENT_TIMEOUT + 1_000,
      statement_timeout: STATEMENT_TIMEOUT,
      idle_in_transaction_session_timeout: IDLE_TIMEOUT,
    },
  });
}
