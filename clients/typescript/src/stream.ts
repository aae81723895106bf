/** Follows a subscription: GraphQL over server-sent events in distinct connections mode, resumed by Last-Event-ID. */
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { dataOf, retryAfterOf } from './answer.js';
import { NoAnswerError, PortcullisError } from './errors.js';
import { MAX_RETRY_AFTER_SECONDS, waitSeconds } from './wait.js';

export interface StreamRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The number of connections in succession that may fail. */
  readonly maxFailures: number;
  readonly signal?: AbortSignal;
  readonly maxSilenceMs?: number;
}

const DEFAULT_SILENCE_MS = 45_000;
const MAX_WAIT_SECONDS = 30;

/** Codes after which a stream can be continued. */
const RESUMED: ReadonlySet<string> = new Set(['UNAVAILABLE', 'OVERLOADED', 'RATE_LIMITED']);

const isResumed = (error: unknown): boolean =>
  error instanceof NoAnswerError || (error instanceof PortcullisError && RESUMED.has(error.code));

/** One event of the protocol; `complete` ends the stream. */
interface Message {
  readonly event?: string | undefined;
  readonly id?: string | undefined;
  readonly data: string;
}

/** Calls `onBytes` whenever bytes pass through. */
const observed = (onBytes: () => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> =>
  new TransformStream({
    transform(bytes, output) {
      onBytes();
      output.enqueue(bytes);
    },
  });

/** A connection: aborted by the caller, when nothing arrives, and when the loop is left. */
async function* connect(request: StreamRequest, lastEventId: string | null): AsyncGenerator<Message, void, undefined> {
  const { url, body, signal, maxSilenceMs = DEFAULT_SILENCE_MS } = request;
  const connection = new AbortController();
  const abort = (): void => connection.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', abort, { once: true });
  let silence: ReturnType<typeof setTimeout> | undefined;
  const listen = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => connection.abort(), maxSilenceMs);
  };
  const headers = {
    ...request.headers,
    accept: 'text/event-stream',
    ...(lastEventId !== null && { 'last-event-id': lastEventId }),
  };
  try {
    listen();
    const response = await fetch(url, { method: 'POST', headers, body, signal: connection.signal });
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
      dataOf(await response.text(), response.status);
      throw new NoAnswerError('The gateway answered a subscription with a single answer.', undefined);
    }
    const reader = response.body
      .pipeThrough(observed(listen))
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream())
      .getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof PortcullisError || cause instanceof NoAnswerError) throw cause;
    throw new NoAnswerError(`The stream from ${url} was interrupted.`, undefined, { cause });
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener('abort', abort);
    connection.abort();
  }
}

export async function* followStream<Data>(request: StreamRequest): AsyncGenerator<Data, void, undefined> {
  let lastEventId: string | null = null;
  for (let failures = 0; ;) {
    try {
      for await (const { event, id, data } of connect(request, lastEventId)) {
        if (event === 'complete') return;
        if (event !== 'next') continue;
        const value = dataOf(data, 200) as Data;
        lastEventId = id ?? lastEventId;
        failures = 0;
        yield value;
      }
      throw new NoAnswerError(`The stream from ${request.url} ended before it was complete.`, undefined);
    } catch (error) {
      failures += 1;
      if (!isResumed(error) || failures > request.maxFailures) throw error;
      if (error instanceof PortcullisError && typeof error.details['resumeAfter'] === 'number')
        lastEventId = String(error.details['resumeAfter']);
      const seconds = retryAfterOf(error, null) ?? Math.min(2 ** (failures - 1), MAX_WAIT_SECONDS);
      if (seconds > MAX_RETRY_AFTER_SECONDS) throw error;
      await waitSeconds(seconds, request.signal);
    }
  }
}
