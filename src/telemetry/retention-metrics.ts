/** What the housekeeper's passes did, as metrics. */
import type { OpenMetricsContentType, Registry } from 'prom-client';
import { loadPackage } from '../util/load-package';

export interface RetentionMetrics {
  removed(kind: string, rows: number): void;
  failed(kind: string): void;
  /** A pass of this process is over. */
  finished(seconds: number): void;
}

/** Called once for a registry. */
export function retentionMetrics(registry: Registry<OpenMetricsContentType>): RetentionMetrics {
  const client = loadPackage('prom-client') as typeof import('prom-client');
  const registers = [registry];
  const labelNames = ['kind'];
  const rows = new client.Counter({
    name: 'portcullis_retention_removed_rows_total',
    help: 'Rows that expired and were removed, by kind',
    labelNames,
    registers,
  });
  const batches = new client.Counter({
    name: 'portcullis_retention_batches_total',
    help: 'Batches in which expired rows were removed, by kind',
    labelNames,
    registers,
  });
  const failures = new client.Counter({
    name: 'portcullis_retention_failures_total',
    help: 'Batches that failed and are retried in the next pass, by kind',
    labelNames,
    registers,
  });
  const seconds = new client.Gauge({
    name: 'portcullis_retention_pass_seconds',
    help: 'Duration of the last pass that removed expired data',
    registers,
  });
  const finishedAt = new client.Gauge({
    name: 'portcullis_retention_last_pass_timestamp_seconds',
    help: 'End of the last pass that removed expired data; 0 before the first',
    registers,
  });
  return {
    removed: (kind, count) => {
      rows.inc({ kind }, count);
      batches.inc({ kind });
    },
    failed: (kind) => failures.inc({ kind }),
    finished: (duration) => {
      seconds.set(duration);
      finishedAt.setToCurrentTime();
    },
  };
}
