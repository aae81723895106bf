/** What expires: one entry per kind of row, used by the housekeeper and the API. */
import type { Database } from '../../db/database';
import {
  unreferencedIn,
  removeAudited,
  removeDenials,
  removeUnaudited,
  type ExpiringRows,
  type RemoveBatch,
} from '../../db/statements/retention';
import { ofWholeOrder } from '../../db/statements/predicate';
import { columnOf } from '../../db/statements/table';
import type { RetentionSettings } from '../../graph/request-context';
import type { Resource } from '../../graph/resource';

/** Rows that expire together, removed as one batch. */
interface RetentionPart {
  readonly rows: ExpiringRows;
  /** Null where events leave the audit log for a file: see the housekeeper. */
  readonly remove: RemoveBatch | null;
}

export interface RetentionKind {
  readonly name: string;
  /** What they are, and from when retention is measured. */
  readonly description: string;
  /** The minimum number of days that an account may choose; null where it has no choice. */
  readonly minDays: number | null;
  /** For accounts without a choice of their own; 0: kept forever. */
  readonly defaultDays: (settings: RetentionSettings) => number;
  /** In order of removal: rows that refer to others first. */
  readonly parts: (database: Pick<Database, 'table'>, resources: readonly Resource[]) => readonly RetentionPart[];
}

const IDEMPOTENCY_DAYS = 1;

const RUNS: RetentionKind = {
  name: 'RUNS',
  description: 'Runs, from their start.',
  minDays: 1,
  defaultDays: (settings) => settings.RETENTION_RUN_DAYS,
  parts: (database, resources) =>
    resources.flatMap(({ entity, names: { type }, retentionColumn }) => {
      if (retentionColumn === undefined) return [];
      const table = database.table(entity);
      const time = columnOf(table, retentionColumn).sql;
      const rows = { from: table.sql, time, conditions: [ofWholeOrder('t.id')], key: ['id'] };
      return [{ rows, remove: removeAudited(rows, type) }];
    }),
};

const DELETED_ROWS: RetentionKind = {
  name: 'DELETED_ROWS',
  description:
    'Deleted agents, tools and other configuration, counted from their deletion. A row to which others still refer (the agent of a run) is kept until these are removed.',
  minDays: 1,
  defaultDays: (settings) => settings.RETENTION_DELETED_DAYS,
  parts: (database, resources) =>
    [...resources].reverse().flatMap(({ entity, names: { type }, mutations }) => {
      if (mutations === undefined) return [];
      const table = database.table(entity);
      const unnamed = resources.flatMap((child) =>
        (child.belongsTo ?? []).flatMap(({ column, target }) =>
          target() === entity ? [unreferencedIn(database.table(child.entity), column)] : [],
        ),
      );
      const rows = { from: table.sql, time: 'deleted_at', conditions: unnamed, key: ['id'] };
      return [{ rows, remove: removeAudited(rows, type) }];
    }),
};

const AUDIT: RetentionKind = {
  name: 'AUDIT',
  description:
    'Audit events, counted from the event. They are moved to a file in AUDIT_ARCHIVE_DIR, and a signed checkpoint takes their place; without that setting they are kept.',
  minDays: 90,
  defaultDays: (settings) => settings.RETENTION_AUDIT_DAYS,
  parts: () => [
    {
      rows: { from: 'audit_event', time: 'at', conditions: [ofWholeOrder('t.sequence')], key: ['sequence'] },
      remove: null,
    },
  ],
};

const DENIALS: RetentionKind = {
  name: 'DENIALS',
  description: 'Counts of denials, counted from their minute.',
  minDays: 30,
  defaultDays: (settings) => settings.RETENTION_DENIAL_DAYS,
  parts: () => [
    {
      rows: { from: 'audit_denial', time: 'minute', conditions: [], key: ['minute', 'key_id', 'code', 'field'] },
      remove: removeDenials,
    },
  ],
};

const DECISIONS: RetentionKind = {
  name: 'DECISIONS',
  description: 'The decision log, counted from the day of the entry.',
  minDays: 1,
  // Entries from before the log was turned off are removed after a day.
  defaultDays: (settings) => settings.DECISION_LOG_DAYS || 1,
  parts: () => {
    const rows = { from: 'access_decision', time: 'day', conditions: [], key: ['day', 'kind'] };
    return [{ rows, remove: removeUnaudited(rows) }];
  },
};

const IDEMPOTENCY: RetentionKind = {
  name: 'IDEMPOTENCY',
  description: 'Answers stored for an Idempotency-Key, counted from the request: always a day.',
  minDays: null,
  defaultDays: () => IDEMPOTENCY_DAYS,
  parts: () => {
    const rows = { from: 'idempotency', time: 'created_at', conditions: [], key: ['caller_id', 'key', 'write'] };
    return [{ rows, remove: removeUnaudited(rows) }];
  },
};

const WEBHOOK_DELIVERIES: RetentionKind = {
  name: 'WEBHOOK_DELIVERIES',
  description: 'Webhook delivery attempts, counted from the attempt: WEBHOOK_LOG_DAYS.',
  minDays: null,
  defaultDays: (settings) => settings.WEBHOOK_LOG_DAYS,
  parts: () => {
    const rows = { from: 'webhook_delivery', time: 'at', conditions: [], key: ['id'] };
    return [{ rows, remove: removeUnaudited(rows) }];
  },
};

/** A new kind is an entry here; rows that need no audit event are removed by `removeUnaudited`. */
export const retentionKinds: readonly RetentionKind[] = [
  RUNS,
  DELETED_ROWS,
  AUDIT,
  DENIALS,
  DECISIONS,
  WEBHOOK_DELIVERIES,
  IDEMPOTENCY,
];

/** The maximum number of days that an account may choose. */
export const MAX_RETENTION_DAYS = 3_650;
