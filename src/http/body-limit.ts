/** Limits the size and encoding of bodies, per caller, before they are read. */
import { Transform, type Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors';
import type { IncomingCall } from '../graph/context';
import type { InFlightBudget } from './in-flight';
import { HttpRefusal, overloaded } from './refusal';

const KILOBYTE = 1024;
/** With a valid key. */
export const MAX_BODY_BYTES = 256 * KILOBYTE;
/** Without a key; such requests are small. */
export const MAX_ANONYMOUS_BODY_BYTES = 16 * KILOBYTE;
/** For bundles: 8 MB of text, escaped as JSON. */
export const MAX_BUNDLE_BODY_BYTES = 16 * KILOBYTE * KILOBYTE;

const TOO_LARGE =
  'The body is larger than 256 KB. Send less in one request; with a valid key, bundles may come in bodies of up to 16 MB that announce their length.';
const TOO_LARGE_WITHOUT_KEY =
  'The body is larger than 16 KB, the limit for requests without a key. Send a valid key, for example as "X-API-Key: <key>".';

const tooLarge = (hasKey: boolean): HttpRefusal =>
  new HttpRefusal(413, 'PAYLOAD_TOO_LARGE', hasKey ? TOO_LARGE : TOO_LARGE_WITHOUT_KEY);

/** The Content-Length of a request, which Node.js enforces; null for a chunked body. */
function announcedBytes({ headers }: Pick<IncomingCall, 'headers'>): number | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  return encoding === undefined ? Number(length ?? 0) : null;
}

/** @throws GatewayError PAYLOAD_TOO_LARGE for a large body, unless every field of the operation takes bundles. */
export function refuseLargeOperation(
  call: Pick<IncomingCall, 'headers'>,
  fields: readonly string[],
  largeFields: ReadonlySet<string>,
): void {
  const bytes = announcedBytes(call) ?? 0;
  if (bytes > MAX_BODY_BYTES && !fields.every((field) => largeFields.has(field)))
    throw new GatewayError('PAYLOAD_TOO_LARGE', TOO_LARGE);
}

/** @throws HttpRefusal unless the body is uncompressed JSON text in UTF-8. */
function checkEncoding({ 'content-encoding': encoding, 'content-type': type }: FastifyRequest['headers']): void {
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw new HttpRefusal(
      415,
      'BAD_REQUEST',
      `Bodies with "Content-Encoding: ${encoding.slice(0, 40)}" are not supported. Send the body uncompressed.`,
      { 'accept-encoding': 'identity' },
    );
  if (!type?.includes(';')) return;
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(type) ?? [];
  if (!/^(utf-?8|us-ascii)$/i.test(charset))
    throw new HttpRefusal(
      415,
      'BAD_REQUEST',
      `The charset ${charset.slice(0, 40)} is not supported. Send JSON in UTF-8.`,
    );
}

/** Passes up to `maxBytes` through, then fails. The error is created lazily, because stack traces are expensive. */
function limited(payload: Readable, maxBytes: number, hasKey: boolean): Readable {
  let seen = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      done(seen > maxBytes ? tooLarge(hasKey) : null, chunk);
    },
  });
  payload.on('error', (error) => counter.destroy(error));
  // The client may disconnect before a listener is attached; Fastify then finds the stream destroyed.
  counter.on('error', () => undefined);
  return payload.pipe(counter);
}

/** Registers the checks; the caller must be known by then. */
export function limitBodies(app: FastifyInstance, budget: InFlightBudget): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { caller, headers, inFlight } = request;
    const announced = announcedBytes(request);
    if (announced === 0) {
      done(null, payload);
      return;
    }
    checkEncoding(headers);
    const maxBytes = caller ? MAX_BODY_BYTES : MAX_ANONYMOUS_BODY_BYTES;
    if (announced !== null && announced > (caller ? MAX_BUNDLE_BODY_BYTES : maxBytes)) throw tooLarge(caller !== null);
    const held = announced ?? maxBytes;
    if (inFlight && !budget.hasRoom(inFlight, held))
      throw overloaded('The gateway is receiving too much data at the moment. Nothing was executed; try again.');
    if (inFlight) budget.add(inFlight, held);
    // Expectations were checked earlier: this can only be 100-continue.
    if (headers.expect !== undefined) reply.raw.writeContinue();
    done(null, announced === null ? limited(payload, maxBytes, caller !== null) : payload);
  });
}
