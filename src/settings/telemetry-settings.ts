/** Settings of the log and of traces. */
import { boolean, choice, httpHeaders, httpUrl, integer, setting, share } from './setting-types';

export const telemetrySettings = {
  LOG_LEVEL: choice(['silent', 'error', 'warn', 'info', 'debug']).default('info').describe('lowest level to log'),
  ACCESS_LOG: boolean()
    .default(true)
    .describe('true: one log line of level info per request, except successful health checks'),
  ACCESS_LOG_PERCENT: integer(0, 100)
    .default(100)
    .describe('percentage of successful requests to log, chosen at random; refusals and errors are always logged'),
  SLOW_OPERATION_MS: integer(0)
    .default(1_000)
    .describe('milliseconds from which an operation is logged with its statements and their times; 0: never'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl()
    .optional()
    .describe(
      'collector that receives traces by OTLP over HTTP (JSON), for example http://localhost:4318; unset: no traces',
    ),
  OTEL_EXPORTER_OTLP_HEADERS: httpHeaders()
    .optional()
    .describe('headers for the collector, as name=value separated by commas, values percent-encoded'),
  OTEL_SERVICE_NAME: setting((text) => text)
    .default('portcullis')
    .describe('name of this gateway in traces'),
  OTEL_TRACES_SAMPLER_ARG: share()
    .default(1)
    .describe(
      'fraction of traces to send, from 0 to 1, chosen by trace id; traces that their caller does not record are never sent',
    ),
};
