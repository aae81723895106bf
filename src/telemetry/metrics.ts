/** OpenMetrics for the admin port. No label holds an account or anything else chosen by callers. */
import type { Counter, Histogram, OpenMetricsContentType, Registry } from 'prom-client';
import { loadPackage } from '../util/load-package';
import type { Exchange } from './access-log';
import { operationType, type RecordedOperation, type RequestRecord } from './request-record';

/** Values read when metrics are collected. */
export interface MetricSources {
  /** Bytes of requests being read and answers not yet delivered. */
  inFlightBytes(): number;
  databaseCounts(): {
    readonly batches: number;
    readonly statements: number;
    readonly loads: number;
    readonly loadedKeys: number;
  };
  /** The `performance.now()` up to which all revocations are known. */
  revocationsKnownAt(): number;
  openStreams(): number;
  /** Answers that streams have given so far. */
  streamedEvents(): number;
  /** Seconds since the last query for new events; 0 while there are no followers. */
  tailDelayMs(): number;
  isReady(): Promise<boolean>;
  /** How far the database's clock was ahead of this process's in the last comparison. */
  clockAheadMs(): number;
}

/** The reason for waiting. */
export type WaitReason = 'operations' | 'key_lookup' | 'bundles' | `pool_${string}`;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** For deliveries, which may be retried for days. */
const LAGS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3_600, 86_400];
const COSTS = [1, 10, 100, 1_000, 10_000, 100_000];
const STATEMENTS = [0, 1, 2, 3, 5, 8, 13, 21, 50, 100, 1_000];

const MS = 1_000;
/** An unresponsive database must not hold back the other metrics. */
const READINESS_WITHIN_MS = 2_000;

/** Names of trusted documents are the gateway's own; names chosen by callers share one label. */
const operationLabel = ({ name, isTrusted }: RecordedOperation): string => (isTrusted && name ? name : 'other');

async function withinTime(answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), READINESS_WITHIN_MS);
  });
  return Promise.race([answer.catch(() => false), late]).finally(() => clearTimeout(timer));
}

export class Metrics {
  readonly #requests: Counter<'route' | 'status' | 'code'>;
  readonly #requestSeconds: Histogram<'route'>;
  readonly #operations: Counter<'operation' | 'type' | 'outcome'>;
  readonly #operationSeconds: Histogram<'operation'>;
  readonly #costs: Histogram<'operation'>;
  readonly #statements: Histogram<'operation'>;
  readonly #waits: Histogram<'reason'>;
  readonly #refusedWaits: Counter<'reason'>;
  readonly #denials: Counter<'code'>;
  readonly #filteredRows: Counter;
  readonly #refusedConnections: Counter<'status'>;
  readonly #webhookAttempts: Counter<'outcome'>;
  readonly #webhookLag: Histogram<never>;
  #inFlight = 0;

  private constructor(
    private readonly client: typeof import('prom-client'),
    readonly registry: Registry<OpenMetricsContentType>,
  ) {
    const registers = [registry];
    const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []): Counter<Label> =>
      new client.Counter({ name: `portcullis_${name}`, help, labelNames, registers });
    const histogram = <Label extends string>(
      name: string,
      help: string,
      buckets: number[],
      labelNames: Label[],
    ): Histogram<Label> => new client.Histogram({ name: `portcullis_${name}`, help, buckets, labelNames, registers });
    this.#requests = counter('http_requests_total', 'Requests, by path, HTTP status and code of the first error', [
      'route',
      'status',
      'code',
    ]);
    this.#requestSeconds = histogram(
      'http_request_duration_seconds',
      'From the first header of a request to the end of its answer',
      SECONDS,
      ['route'],
    );
    this.#operations = counter('operations_total', 'Operations whose document was parsed, by outcome', [
      'operation',
      'type',
      'outcome',
    ]);
    this.#operationSeconds = histogram('operation_duration_seconds', 'From parsing a document to its answer', SECONDS, [
      'operation',
    ]);
    this.#costs = histogram('operation_cost', 'Objects that an answer may contain, as counted by rate limits', COSTS, [
      'operation',
    ]);
    this.#statements = histogram('operation_statements', 'SQL statements of an operation', STATEMENTS, ['operation']);
    this.#waits = histogram(
      'wait_seconds',
      'Waiting times in queues, by reason; requests that need not wait are not counted',
      SECONDS,
      ['reason'],
    );
    this.#refusedWaits = counter('refused_waits_total', 'Requests refused after waiting, by reason', ['reason']);
    this.#denials = counter('denials_total', 'Requests refused for lack of a permission, by code', ['code']);
    this.#filteredRows = counter('filtered_rows_total', 'Rows of other accounts that the output guard filtered out');
    this.#refusedConnections = counter('refused_connections_total', 'Connections refused before they sent a request', [
      'status',
    ]);
    this.#webhookAttempts = counter('webhook_attempts_total', 'Webhook delivery attempts', ['outcome']);
    this.#webhookLag = histogram('webhook_lag_seconds', 'Time from an event to its delivery', LAGS, []);
    client.collectDefaultMetrics({ register: registry });
  }

  /** Loads the metrics package, which nothing else needs. */
  static create(): Metrics {
    const client = loadPackage('prom-client') as typeof import('prom-client');
    const registry = new client.Registry<OpenMetricsContentType>();
    registry.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE);
    return new Metrics(client, registry);
  }

  /** Starts reporting the values that are read on collection. Call once. */
  observe(sources: MetricSources): void {
    const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
      new this.client.Gauge({
        name: `portcullis_${name}`,
        help,
        registers: [this.registry],
        async collect() {
          this.set(await read());
        },
      });
    };
    /** A counter whose value is kept elsewhere. */
    const total = (name: string, help: string, read: () => number): void => {
      new this.client.Counter({
        name: `portcullis_${name}_total`,
        help,
        registers: [this.registry],
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    };
    gauge('requests_in_flight', 'Requests in progress', () => this.#inFlight);
    gauge('in_flight_bytes', 'Bytes of requests being read and of unread answers', () => sources.inFlightBytes());
    gauge('ready', '1 when /readyz says so', async () => ((await withinTime(sources.isReady())) ? 1 : 0));
    gauge(
      'clock_difference_seconds',
      "By how much the database's clock is ahead; negative when it is behind",
      () => sources.clockAheadMs() / MS,
    );
    gauge('revocation_delay_seconds', 'How long a revocation may have gone unnoticed', () =>
      Math.max(0, (performance.now() - sources.revocationsKnownAt()) / MS),
    );
    gauge('streams_open', 'Open subscriptions', () => sources.openStreams());
    gauge('stream_delay_seconds', 'Time since new events were last polled; 0 without subscribers', () =>
      Math.max(0, sources.tailDelayMs() / MS),
    );
    total('stream_events', 'Events sent to subscriptions', () => sources.streamedEvents());
    total('database_round_trips', 'Read transactions', () => sources.databaseCounts().batches);
    total('database_statements', 'Statements of reads', () => sources.databaseCounts().statements);
    total('loader_batches', 'Statements executed by loaders', () => sources.databaseCounts().loads);
    total('loader_keys', 'Keys requested from loaders', () => sources.databaseCounts().loadedKeys);
  }

  begun(): void {
    this.#inFlight += 1;
  }

  ended(
    { operation, code, startedAt, operationMs, statementCount, filteredRows, events }: RequestRecord,
    exchange: Exchange,
  ): void {
    this.#inFlight -= 1;
    const route = exchange.route ?? 'none';
    this.#requests.inc({ route, status: exchange.status, code: code ?? 'none' });
    // A stream lasts as long as its reader wants.
    if (events === null) this.#requestSeconds.observe({ route }, (performance.now() - startedAt) / MS);
    if (filteredRows > 0) this.#filteredRows.inc(filteredRows);
    if (!operation) return;
    const label = operationLabel(operation);
    const type = operationType(operation);
    this.#operations.inc({ operation: label, type, outcome: code ?? 'OK' });
    this.#operationSeconds.observe({ operation: label }, operationMs / MS);
    this.#costs.observe({ operation: label }, operation.cost);
    this.#statements.observe({ operation: label }, statementCount);
  }

  waited(reason: WaitReason, ms: number, isServed: boolean): void {
    this.#waits.observe({ reason }, ms / MS);
    if (!isServed) this.#refusedWaits.inc({ reason });
  }

  /** @param code an error code. */
  denied(code: string): void {
    this.#denials.inc({ code });
  }

  /** @param lagMs from the event on; null when it was not delivered. */
  webhookAttempt(outcome: string, lagMs: number | null): void {
    this.#webhookAttempts.inc({ outcome });
    if (lagMs !== null) this.#webhookLag.observe(lagMs / MS);
  }

  connectionRefused(status: number): void {
    this.#refusedConnections.inc({ status });
  }
}
