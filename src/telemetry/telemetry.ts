/** What the gateway tells its operators of each request. Whatever is turned off costs nothing. */
import type { Logger } from 'pino';
import { AccessLog, type AccessLogSettings, type Exchange } from './access-log';
import { RequestRecord } from './request-record';
import { traceContextOf } from './trace-context';

export type TelemetrySettings = AccessLogSettings;

export interface TelemetryParts {
  readonly settings: TelemetrySettings;
  readonly logger: Logger;
  /** Whether the log is read by people at a terminal. */
  readonly isForPeople: boolean;
}

export class Telemetry {
  readonly #accessLog: AccessLog | null;

  constructor({ settings, logger, isForPeople }: TelemetryParts) {
    const logs = settings.ACCESS_LOG || settings.SLOW_OPERATION_MS > 0;
    this.#accessLog = logs ? new AccessLog(settings, logger, isForPeople) : null;
  }

  /** @returns null where nobody is told of requests. */
  begin(requestId: string, traceparent: string | string[] | undefined): RequestRecord | null {
    if (!this.#accessLog) return null;
    return new RequestRecord(requestId, traceContextOf(traceparent, 0), this.#accessLog.keepsStatements);
  }

  /** The answer has left, or its client. */
  end(record: RequestRecord, exchange: Exchange): void {
    this.#accessLog?.write(record, exchange);
  }
}
