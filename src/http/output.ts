/** Holds answers until their readers take them; large ones are sent in slices, each once the previous one has left. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jsonTypeFor } from './error-handler';
import type { InFlightBudget, RequestInFlight } from './in-flight';
import { overloaded, refusalBody } from './refusal';
import { isShared } from './static-asset';

/** Larger answers are sent in slices of this size. */
export const SLICE_BYTES = 128 * 1024;

export const NO_ROOM =
  'Unread answers leave no room for this one. Read them, or ask for less; then send the query again.';

function* slicesOf(bytes: Buffer, onTaken: () => void): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
    onTaken();
    yield bytes.subarray(start, start + SLICE_BYTES);
  }
}

/** Replaces an answer that there is no room for. */
function refuseAnswer(request: FastifyRequest, reply: FastifyReply): string {
  const refusal = overloaded(NO_ROOM);
  request.record?.answered([refusal]);
  reply.code(503).type(jsonTypeFor(request)).header('retry-after', String(refusal.extensions['retryAfterSeconds']));
  return refusalBody(refusal, request.id);
}

function bounded(
  budget: InFlightBudget,
  inFlight: RequestInFlight,
  payload: string | Buffer,
  request: FastifyRequest,
  reply: FastifyReply,
): string | Buffer | Readable {
  budget.release(inFlight);
  // At most three bytes per character, so short texts need not be measured.
  if (payload.length * 3 <= SLICE_BYTES) {
    budget.add(inFlight, payload.length);
    return payload;
  }
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
  // If many answers share the bytes, each holds only the slice it is sending.
  const held = isShared(bytes) ? SLICE_BYTES : bytes.length;
  if (!budget.hasRoom(inFlight, held) && !inFlight.mustBeAnswered) {
    budget.refuseNext(inFlight, held);
    return refuseAnswer(request, reply);
  }
  budget.add(inFlight, held);
  reply.header('content-length', bytes.length);
  return Readable.from(
    slicesOf(bytes, () => budget.progress(inFlight)),
    { objectMode: false, highWaterMark: 1 },
  );
}

/** Registers the hook that every answer passes through. */
export function boundOutput(app: FastifyInstance, budget: InFlightBudget): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const { inFlight } = request;
    const isWhole = typeof payload === 'string' || Buffer.isBuffer(payload);
    if (inFlight && isWhole && request.method !== 'HEAD')
      done(null, bounded(budget, inFlight, payload, request, reply));
    else done(null, payload);
  });
}
