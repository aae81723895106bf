/** Reports each request when it ends: its answer has been sent or its client has disconnected. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { traceResponse } from '../telemetry/trace-context';
import type { Telemetry } from '../telemetry/telemetry';

/** Call once per request, before anything else. */
export function observe(
  telemetry: Pick<Telemetry, 'begin' | 'end'>,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const place = request.inFlight?.place;
  const record = telemetry.begin(request.id, request.headers.traceparent, place?.arrivedAt);
  request.record = record;
  if (!record) return;
  if (place) record.step('queue');
  if (record.trace?.isSampled) reply.header('traceresponse', traceResponse(record.trace));
  let isComplete = false;
  reply.raw.once('finish', () => (isComplete = true));
  reply.raw.once('close', () => {
    record.caller = request.caller;
    telemetry.end(record, {
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.raw.statusCode,
      isComplete,
    });
  });
}
