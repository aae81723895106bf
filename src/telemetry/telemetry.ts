/** Reports requests to operators: access log, metrics and traces. What is turned off costs nothing. */
import type { Logger } from 'pino';
import type { Config } from '../config';
import { AccessLog, type AccessLogSettings, type Exchange } from './access-log';
import { Metrics, type WaitReason } from './metrics';
import { RequestRecord } from './request-record';
import { traceContextOf } from './trace-context';
import { Traces, type TraceSettings } from './traces';
import { answerFirstProcess } from './worker-metrics';

export type TelemetrySettings = AccessLogSettings & TraceSettings & Pick<Config, 'ADMIN_PORT'>;

export interface TelemetryParts {
  readonly settings: TelemetrySettings;
  readonly logger: Logger;
  /** Whether the log is read by people at a terminal. */
  readonly isForPeople: boolean;
}

export class Telemetry {
  /** Set while the gateway calls itself, as for the example data of a first start; such requests are not reported. */
  isMuted = false;

  private constructor(
    private readonly accessLog: AccessLog | null,
    /** Null without an admin port. */
    readonly metrics: Metrics | null,
    /** Null without a collector. */
    readonly traces: Traces | null,
    /** The fraction of traces to export, 0 to 1. */
    private readonly tracedShare: number,
  ) {}

  static create({ settings, logger, isForPeople }: TelemetryParts): Telemetry {
    const logsAll = settings.ACCESS_LOG && logger.isLevelEnabled('info');
    const logs = logsAll || (settings.SLOW_OPERATION_MS > 0 && logger.isLevelEnabled('warn'));
    const metrics = settings.ADMIN_PORT === undefined ? null : Metrics.create();
    if (metrics) answerFirstProcess(metrics.registry);
    const accessLog = logs ? new AccessLog(settings, logger, isForPeople) : null;
    const traces = Traces.create(settings, logger);
    return new Telemetry(accessLog, metrics, traces, traces ? settings.OTEL_TRACES_SAMPLER_ARG : 0);
  }

  /** @returns null if nothing reports requests. */
  begin(
    requestId: string,
    traceparent: string | string[] | undefined,
    startedAt = performance.now(),
  ): RequestRecord | null {
    if (this.isMuted || (!this.accessLog && !this.metrics && !this.traces)) return null;
    this.metrics?.begun();
    const trace = traceContextOf(traceparent, this.tracedShare);
    return new RequestRecord(requestId, trace, this.accessLog?.keepsStatements ?? false, startedAt);
  }

  /** The answer has been sent, or the client has disconnected. */
  end(record: RequestRecord, exchange: Exchange): void {
    this.metrics?.ended(record, exchange);
    this.accessLog?.write(record, exchange);
    this.traces?.ended(record, exchange);
  }

  /** Sends what is still buffered. */
  async close(): Promise<void> {
    await this.traces?.close();
  }

  /** @returns a callback with which a FairSemaphore reports waits; undefined without metrics. */
  waits(reason: WaitReason): ((waitedMs: number, isServed: boolean) => void) | undefined {
    const { metrics } = this;
    return metrics ? (ms, isServed) => metrics.waited(reason, ms, isServed) : undefined;
  }

  denied(code: string): void {
    this.metrics?.denied(code);
  }

  /** @param lagMs from the event on; null when it was not delivered. */
  webhookAttempt(outcome: string, lagMs: number | null): void {
    this.metrics?.webhookAttempt(outcome, lagMs);
  }

  connectionRefused(status: number): void {
    this.metrics?.connectionRefused(status);
  }
}
