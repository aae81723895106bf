/** Parses large bodies without blocking other requests: 15 MB take a quarter of a second. */
import { FairSemaphore } from '../db/fair-semaphore';
import { runInThread, serveThread } from '../util/thread';
import { parseBody } from './parse-body';
import { overloaded } from './refusal';

const LIMITS = { maxMs: 30_000, megabytes: 256 };

const refusal = (): Error =>
  overloaded('Too many large bodies are waiting to be parsed. Nothing was executed; try again.');

/** One at a time, so that simultaneous bodies never use more than one core. */
const semaphore = new FairSemaphore({ capacity: 1, maxWaitMs: LIMITS.maxMs, refusal });

/** A copy that owns its memory, so that it can be transferred. */
function ownMemory(body: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = body;
  return buffer instanceof ArrayBuffer && buffer.byteLength === length
    ? new Uint8Array(buffer, byteOffset, length)
    : new Uint8Array(body);
}

/**
 * Same as parseBody.
 * @param owner whose body it is: owners take turns.
 * @throws GatewayError as parseBody does; OVERLOADED after half a minute of waiting.
 */
export function parseLargeBody(body: Buffer, owner: string): Promise<unknown> {
  const bytes = ownMemory(body);
  return semaphore.run(owner, () => runInThread(__filename, bytes, LIMITS, [bytes.buffer]));
}

serveThread(__filename, (body) => {
  if (!(body instanceof Uint8Array)) throw new TypeError('A body is bytes.');
  return parseBody(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
});
