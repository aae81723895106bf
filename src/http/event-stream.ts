/**
 * Answers as server-sent events, as the GraphQL over SSE protocol has them in its distinct connections mode: an event
 * `next` for each answer and `complete` at the end. Events of a subscription carry their numbers as ids, with which
 * browsers come back (`Last-Event-ID`).
 */
import { Readable } from 'node:stream';
import { GatewayError } from '../errors';
import type { AnswerStream } from '../graph/run-subscription';

export const EVENT_STREAM = 'text/event-stream';

/** Tells proxies to pass each event on at once. */
export const EVENT_STREAM_HEADERS = {
  'content-type': `${EVENT_STREAM}; charset=utf-8`,
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** A comment: nobody reads it. */
const KEEP_ALIVE = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';

/** @param json without line breaks: JSON escapes those within texts. */
const nextEvent = (json: string, position: number | null): string =>
  `event: next\n${position === null ? '' : `id: ${position}\n`}data: ${json}\n\n`;

/** Of what is answered once. @param json as it would be sent by itself, with a line break at its end. */
export const wholeEventStream = (json: string | Buffer): string | Buffer =>
  typeof json === 'string'
    ? `${nextEvent(json.trimEnd(), null)}${COMPLETE}`
    : Buffer.concat([Buffer.from('event: next\ndata: '), json, Buffer.from(`\n${COMPLETE}`)]);

const NO_ROOM_BODY = JSON.stringify({
  errors: [
    new GatewayError(
      'OVERLOADED',
      'Unread answers leave no room for the next event. Read them, or select less; then go on behind the last event that arrived.',
    ),
  ],
});

/** Asks for the next answer when there is room for it, so that a reader who does not read holds no more than one. */
export class EventStream extends Readable {
  #isAsked = false;
  readonly #stopKeepAlive: () => void;

  /**
   * @param keepAlive calls what it is given now and then, until what it returns is called.
   * @param holds counts the bytes that wait for the reader. @returns false when there is no room for them.
   */
  constructor(
    private readonly answers: AnswerStream,
    keepAlive: (send: () => void) => () => void,
    private readonly holds: (bytes: number) => boolean,
  ) {
    super({ highWaterMark: 1024 });
    this.#stopKeepAlive = keepAlive(() => {
      if (!this.destroyed && !this.readableEnded && this.readableLength === 0) this.push(KEEP_ALIVE);
    });
    // Lets the client know at once that it is heard.
    this.push(KEEP_ALIVE);
  }

  override _read(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.holds(0);
    void this.#next();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stopKeepAlive();
    this.answers.close();
    done(error);
  }

  async #next(): Promise<void> {
    const answer = await this.answers.next();
    this.#isAsked = false;
    if (this.destroyed) return;
    const json = answer && JSON.stringify(answer.body);
    if (answer && json !== null && answer.end === null && this.holds(json.length)) {
      this.push(nextEvent(json, answer.position));
      return;
    }
    if (answer && json !== null) this.push(nextEvent(answer.end === null ? NO_ROOM_BODY : json, null));
    this.#stopKeepAlive();
    this.push(COMPLETE);
    this.push(null);
  }
}
