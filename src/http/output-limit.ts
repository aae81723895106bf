/**
 * Limits the memory of answers that clients have not read yet; large answers are sent in slices, each after the
 * previous one was sent.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jsonTypeFor } from './error-handler';
import type { InFlightBudget, RequestInFlight } from './in-flight';
import { overloaded, refusalBody } from './refusal';
import { isShared } from './static-asset';

/** Larger answers are sent in slices of this size. */
export const SLICE_BYTES = 128 * 1024;

export const NO_ROOM =
  'Too many answers are unread, so there is no room for this one. Read them, or request less; then send the query again.';

/** A large answer, sent in slices. Fastify passes streams on unchanged. */
export class AnswerInPieces extends Readable {
  readonly bytes: number;
  /** Called for each slice that is read. */
  onTaken: () => void = () => undefined;
  #next = 0;

  constructor(private readonly pieces: readonly Buffer[]) {
    // A slice is read after the previous one was sent.
    super({ highWaterMark: 1 });
    this.bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  override _read(): void {
    const piece = this.pieces[this.#next];
    this.#next += 1;
    if (piece) this.onTaken();
    this.push(piece ?? null);
  }

  /** The same answer between two texts. */
  between(before: string, after: string): AnswerInPieces {
    return new AnswerInPieces([Buffer.from(before), ...this.pieces, Buffer.from(after)]);
  }
}

function inPieces(bytes: Buffer): AnswerInPieces {
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += SLICE_BYTES)
    pieces.push(bytes.subarray(start, start + SLICE_BYTES));
  return new AnswerInPieces(pieces);
}

/** Replaces an answer for which there is no room. */
function refuseAnswer(request: FastifyRequest, reply: FastifyReply): string {
  const refusal = overloaded(NO_ROOM);
  request.record?.answered([refusal]);
  reply.code(503).type(jsonTypeFor(request)).header('retry-after', String(refusal.extensions['retryAfterSeconds']));
  return refusalBody(refusal, request.id);
}

function bounded(
  budget: InFlightBudget,
  inFlight: RequestInFlight,
  payload: string | Buffer | AnswerInPieces,
  request: FastifyRequest,
  reply: FastifyReply,
): string | Buffer | Readable {
  budget.release(inFlight);
  // At most three bytes per character, so short texts need not be measured.
  if (!(payload instanceof AnswerInPieces) && payload.length * 3 <= SLICE_BYTES) {
    budget.add(inFlight, payload.length);
    return payload;
  }
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const answer = Buffer.isBuffer(bytes) ? inPieces(bytes) : bytes;
  // If many answers share the bytes, each holds only the slice it is sending.
  const held = Buffer.isBuffer(bytes) && isShared(bytes) ? SLICE_BYTES : answer.bytes;
  if (!budget.hasRoom(inFlight, held) && !inFlight.mustBeAnswered) {
    budget.refuseNext(inFlight, held);
    return refuseAnswer(request, reply);
  }
  budget.add(inFlight, held);
  reply.header('content-length', answer.bytes);
  answer.onTaken = () => budget.progress(inFlight);
  return answer;
}

const isWhole = (payload: unknown): payload is string | Buffer | AnswerInPieces =>
  typeof payload === 'string' || Buffer.isBuffer(payload) || payload instanceof AnswerInPieces;

/** Registers the hook that every answer passes through. */
export function boundOutput(app: FastifyInstance, budget: InFlightBudget): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const { inFlight } = request;
    if (inFlight && isWhole(payload) && request.method !== 'HEAD')
      done(null, bounded(budget, inFlight, payload, request, reply));
    else done(null, payload);
  });
}
