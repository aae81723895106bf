/** OpenTelemetry traces: when a request ends, what is known of it becomes spans, sent by OTLP over HTTP. */
import type { BatchSpanProcessor, ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { Config } from '../config';
import { loadPackage } from '../util/load-package';
import { methodName, type Exchange } from './access-log';
import { loggedName } from './caller-text';
import { operationType, type RequestRecord } from './request-record';
import { newSpanId } from './trace-context';

export type TraceSettings = Pick<
  Config,
  'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_EXPORTER_OTLP_HEADERS' | 'OTEL_SERVICE_NAME' | 'OTEL_TRACES_SAMPLER_ARG'
>;

/** An unresponsive collector must not hold anything up. */
const EXPORT_TIMEOUT_MS = 2_000;
const EXPORT_EVERY_MS = 2_000;
/** Spans beyond this are dropped. */
const MAX_WAITING_SPANS = 4_096;
/** How often an unavailable collector is reported. */
const WARN_EVERY_MS = 60_000;

type HrTime = ReadableSpan['startTime'];

/** @param ms as `performance.now()`. */
function hrTime(ms: number): HrTime {
  const epochMs = performance.timeOrigin + ms;
  const seconds = Math.floor(epochMs / 1_000);
  return [seconds, Math.round((epochMs - seconds * 1_000) * 1e6)];
}

const hrDuration = (ms: number): HrTime => [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1e6)];

interface SpanParts {
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT';
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly isParentRemote?: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Record<string, string | number | undefined>;
  readonly isError?: boolean;
}

/** Such as `SELECT tool`: the name of a statement in the database conventions. */
function statementName(text: string): string {
  const [verb = 'SQL'] = /\w+/.exec(text) ?? [];
  const [, table] = /\b(?:FROM|INTO|UPDATE) (?:ONLY )?"?(\w+)"?/i.exec(text) ?? [];
  return [verb.toUpperCase(), ...(table === undefined ? [] : [table])].join(' ');
}

/** Warns at intervals that the collector does not accept spans. */
function warning(exporter: SpanExporter, logger: Logger): SpanExporter {
  let warnedAt = Number.NEGATIVE_INFINITY;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error && performance.now() - warnedAt > WARN_EVERY_MS) {
          warnedAt = performance.now();
          logger.warn({ spans: spans.length }, 'Spans could not be sent to OTEL_EXPORTER_OTLP_ENDPOINT and are lost');
        }
        done(result);
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

export class Traces {
  readonly #api = loadPackage('@opentelemetry/api') as typeof import('@opentelemetry/api');
  readonly #processor: BatchSpanProcessor;
  readonly #resource: ReadableSpan['resource'];

  private constructor(settings: TraceSettings, endpoint: string, logger: Logger) {
    const sdk = loadPackage('@opentelemetry/sdk-trace-base') as typeof import('@opentelemetry/sdk-trace-base');
    const otlp = loadPackage(
      '@opentelemetry/exporter-trace-otlp-http',
    ) as typeof import('@opentelemetry/exporter-trace-otlp-http');
    const resources = loadPackage('@opentelemetry/resources') as typeof import('@opentelemetry/resources');
    const exporter = new otlp.OTLPTraceExporter({
      url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
      headers: { ...settings.OTEL_EXPORTER_OTLP_HEADERS },
      timeoutMillis: EXPORT_TIMEOUT_MS,
    });
    this.#processor = new sdk.BatchSpanProcessor(warning(exporter, logger), {
      scheduledDelayMillis: EXPORT_EVERY_MS,
      exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      maxQueueSize: MAX_WAITING_SPANS,
    });
    this.#resource = resources.resourceFromAttributes({ 'service.name': settings.OTEL_SERVICE_NAME });
  }

  /** Loads OpenTelemetry, which nothing else needs. @returns null without a collector. */
  static create(settings: TraceSettings, logger: Logger): Traces | null {
    const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
    return endpoint === undefined ? null : new Traces(settings, endpoint, logger);
  }

  /** Sends what is buffered. If the collector does not accept it, that has been reported by then. */
  async close(): Promise<void> {
    await this.#processor.shutdown().catch(() => undefined);
  }

  /** Sends what is buffered; for tests. */
  flush(): Promise<void> {
    return this.#processor.forceFlush();
  }

  ended(record: RequestRecord, exchange: Exchange): void {
    const { trace, startedAt } = record;
    if (!trace?.isSampled) return;
    const now = performance.now();
    const send = (span: SpanParts): void => this.#processor.onEnd(this.#readable(trace.traceId, span));
    send({
      name: `${methodName(exchange.method)} ${exchange.route ?? '(none)'}`,
      kind: 'SERVER',
      spanId: trace.spanId,
      parentSpanId: trace.parentSpanId,
      isParentRemote: true,
      startedAt,
      endedAt: now,
      attributes: attributesOf(record, exchange),
      isError: exchange.status >= 500,
    });
    const steps = [...record.steps, { name: 'answer', endedAt: now }].map((step, index) => ({
      ...step,
      spanId: newSpanId(),
      startedAt: record.steps[index - 1]?.endedAt ?? startedAt,
    }));
    for (const step of steps) send({ ...step, kind: 'INTERNAL', parentSpanId: trace.spanId, attributes: {} });
    for (const run of record.statementRuns) {
      const parent = steps.find((step) => step.startedAt <= run.startedAt && run.startedAt <= step.endedAt);
      send({
        name: statementName(run.text),
        kind: 'CLIENT',
        spanId: newSpanId(),
        parentSpanId: parent?.spanId ?? trace.spanId,
        startedAt: run.startedAt,
        endedAt: run.endedAt,
        attributes: {
          'db.system.name': 'postgresql',
          'db.query.text': run.text,
          'portcullis.round_trip': run.roundTrip,
        },
      });
    }
  }

  #readable(traceId: string, span: SpanParts): ReadableSpan {
    const { SpanKind, SpanStatusCode, TraceFlags } = this.#api;
    const context = { traceId, spanId: span.spanId, traceFlags: TraceFlags.SAMPLED };
    const { parentSpanId, startedAt, endedAt } = span;
    return {
      name: span.name,
      kind: SpanKind[span.kind],
      spanContext: () => context,
      ...(parentSpanId !== null && {
        parentSpanContext: { ...context, spanId: parentSpanId, isRemote: span.isParentRemote ?? false },
      }),
      startTime: hrTime(startedAt),
      endTime: hrTime(endedAt),
      duration: hrDuration(endedAt - startedAt),
      status: { code: span.isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
      attributes: span.attributes,
      links: [],
      events: [],
      ended: true,
      resource: this.#resource,
      instrumentationScope: { name: 'portcullis' },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }
}

/** Follows OpenTelemetry's HTTP and GraphQL conventions; nothing chosen by the caller except a name without secrets. */
function attributesOf(
  { caller, operation, code, requestId }: RequestRecord,
  { method, route, status }: Exchange,
): SpanParts['attributes'] {
  return {
    'http.request.method': methodName(method),
    'http.route': route ?? undefined,
    'http.response.status_code': status,
    'error.type': code ?? undefined,
    'graphql.operation.name': operation?.name ? loggedName(operation.name) : undefined,
    'graphql.operation.type': operation ? operationType(operation) : undefined,
    'portcullis.document': operation?.documentHash,
    'portcullis.cost': operation?.cost,
    'portcullis.request.id': requestId,
    'portcullis.account.id': caller?.account?.id,
    'portcullis.principal.id': caller?.keyId,
  };
}
