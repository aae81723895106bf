/**
 * Answers as server-sent events, according to the GraphQL over SSE protocol in its distinct connections mode: an event
 * `next` for each answer and `complete` at the end. Events of a subscription have their numbers as ids, with which
 * browsers resume (`Last-Event-ID`).
 */
import type { ServerResponse } from 'node:http';
import { GatewayError } from '../errors';
import type { AnswerStream } from '../graph/run-subscription';
import type { AnswerInPieces } from './output-limit';

export const EVENT_STREAM = 'text/event-stream';

/** Tells proxies to pass each event on at once. */
export const EVENT_STREAM_HEADERS = {
  'content-type': `${EVENT_STREAM}; charset=utf-8`,
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** A comment, which clients ignore. */
const KEEP_ALIVE = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';
/** A client that does not read why its stream ended is disconnected: nothing waits for a reader without limit. */
const READ_END_WITHIN_MS = 1_000;

/** @param json JSON without line breaks, which it escapes within texts. */
const nextEvent = (json: string, position: number | null): string =>
  `event: next\n${position === null ? '' : `id: ${position}\n`}data: ${json}\n\n`;

/**
 * The stream of a single answer.
 * @param json the answer as it would be sent without a stream, with a line break at its end.
 */
export const wholeEventStream = (json: string | AnswerInPieces): string | AnswerInPieces =>
  typeof json === 'string'
    ? `${nextEvent(json.trimEnd(), null)}${COMPLETE}`
    : json.between('event: next\ndata: ', `\n${COMPLETE}`);

const NO_ROOM_BODY = JSON.stringify({
  errors: [
    new GatewayError(
      'OVERLOADED',
      'Too many answers are unread, so there is no room for the next event. Read them, or select less; then resume after the last event that arrived.',
    ),
  ],
});

/**
 * Writes a stream to a response, one answer at a time: the next one is written when the previous one was accepted, so
 * that a client that does not read holds at most one. It writes to the connection directly, without Fastify and without
 * an intermediate stream, because thousands may be open and each would need twice the memory.
 */
export class EventStream {
  #isSending = false;
  readonly #stopKeepAlive: () => void;

  /**
   * @param response a response whose head has been written.
   * @param keepAlive calls the given function at intervals until the returned function is called.
   * @param holds counts the bytes that wait for the reader.
   * @returns false if there is no room for them.
   */
  constructor(
    private readonly response: ServerResponse,
    private readonly answers: AnswerStream,
    keepAlive: (send: () => void) => () => void,
    private readonly holds: (bytes: number) => boolean,
  ) {
    this.#stopKeepAlive = keepAlive(() => {
      if (response.writableLength === 0 && !response.writableEnded) response.write(KEEP_ALIVE);
    });
    const close = (): void => {
      this.#stopKeepAlive();
      answers.close();
    };
    if (response.destroyed) {
      close();
      return;
    }
    response.once('close', close).on('drain', () => void this.#send());
    answers.onEnd(() => setTimeout(() => response.destroy(), READ_END_WITHIN_MS).unref());
    // Confirms the stream to the client at once. It also saves memory: headers that were sent stay as one string, not as
    // the forty that they were made from.
    response.cork();
    response.flushHeaders();
    response.write(KEEP_ALIVE);
    response.uncork();
    void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    while (await this.#sendNext());
    this.#isSending = false;
  }

  /** @returns whether there is room for another. */
  async #sendNext(): Promise<boolean> {
    const { response } = this;
    this.holds(0);
    const answer = await this.answers.next();
    if (response.destroyed || response.writableEnded) return false;
    const json = answer && JSON.stringify(answer.body);
    if (answer && json !== null && answer.end === null && this.holds(json.length))
      return response.write(nextEvent(json, answer.position));
    if (answer && json !== null) response.write(nextEvent(answer.end === null ? NO_ROOM_BODY : json, null));
    this.#stopKeepAlive();
    response.end(COMPLETE);
    return false;
  }
}
