/** Who may send more than 256 KB: a caller with a valid key, for fields that take bundles; decided before the body is read. */
import { Transform, type Readable } from 'node:stream';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { GatewayError } from '../errors';
import type { GatewayContext, IncomingCall } from '../graph/context';
import { addressOf } from './client-ip';

/** For everybody. */
const LARGEST_BODY = 256 * 1024;

/** For bundles: 8 MB of text, escaped as JSON. */
export const LARGEST_BUNDLE_BODY = 16 * 1024 * 1024;

export const TOO_LARGE =
  'The body is larger than 256 KB. Send less in one request; with a valid key, bundles may come in bodies of up to 16 MB that announce their length.';

/** What a request announces. Node.js lets no body be longer than that; null for one that comes in chunks. */
function lengthOf({ headers }: Pick<IncomingCall, 'headers'>): number | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  return encoding === undefined ? Number(length ?? 0) : null;
}

/** @throws GatewayError PAYLOAD_TOO_LARGE for a large body unless every field of the operation takes bundles. */
export function refuseLargeOperation(
  call: Pick<IncomingCall, 'headers'>,
  fields: readonly string[],
  largeFields: ReadonlySet<string>,
): void {
  const length = lengthOf(call) ?? 0;
  if (length > LARGEST_BODY && !fields.every((field) => largeFields.has(field))) {
    throw new GatewayError('PAYLOAD_TOO_LARGE', TOO_LARGE);
  }
}

const tooLarge = (): Error => new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();

/** Lets as many bytes through as anybody may send. */
function limited(payload: Readable): Readable {
  let seen = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      done(seen > LARGEST_BODY ? tooLarge() : null, chunk);
    },
  });
  payload.on('error', (error) => counter.destroy(error));
  return payload.pipe(counter);
}

type CreateContext = (call: IncomingCall) => Promise<GatewayContext>;

/** @throws when nobody with a valid key sends it. */
async function requireKey(request: FastifyRequest, createContext: CreateContext): Promise<void> {
  const { id: requestId, headers } = request;
  const { caller } = await createContext({ requestId, address: addressOf(request), headers, body: undefined });
  if (!caller) throw tooLarge();
}

/** Registers the check; a body that announces at most 256 KB passes at once. */
export function admitLargeBodies(app: FastifyInstance, createContext: CreateContext): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const length = lengthOf(request);
    if (length === null) done(null, limited(payload));
    else if (length <= LARGEST_BODY) done(null, payload);
    else if (length > LARGEST_BUNDLE_BODY) done(tooLarge());
    else
      void requireKey(request, createContext).then(
        () => done(null, payload),
        (error: unknown) => done(error instanceof Error ? error : tooLarge()),
      );
  });
}
