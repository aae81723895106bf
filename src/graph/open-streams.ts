/**
 * The open streams of a process: their maximum number, their end, and one timer that checks their keys and keeps them
 * alive.
 */
import { GatewayError } from '../errors';

export interface StreamLimits {
  /** Open in this process; 0: no limit. */
  readonly MAX_STREAMS: number;
  /** The maximum for one account; each master key counts as an account. 0: no limit. */
  readonly MAX_STREAMS_PER_ACCOUNT: number;
}

export interface OpenStream {
  /** Checks whether its key is still valid, and ends the stream if it is not. */
  check(): void;
  end(reason: GatewayError): void;
}

/** A revocation ends a stream within a second: notifications take up to 700 ms to count as lost. */
const CHECK_MS = 250;
/** Shorter than the idle timeouts of proxies, the shortest of which is usually 30 s. */
const KEEP_ALIVE_MS = 15_000;

const tooMany = (whose: string, setting: string, maximum: number): GatewayError =>
  new GatewayError(
    'OVERLOADED',
    `${whose} has ${maximum} open streams, which is the limit (${setting}). Close some, or try again later.`,
    { setting, maximum },
  );

export class OpenStreams {
  readonly #streams = new Set<OpenStream>();
  readonly #owners = new Map<string, number>();
  readonly #keepAlives = new Set<() => void>();
  /** Runs from the beginning, so that its timing reveals nothing about who has streams. */
  readonly #timer = setInterval(() => this.#beat(), CHECK_MS).unref();
  #beats = 0;
  #closing: GatewayError | null = null;
  /** The number of answers sent so far. */
  sent = 0;

  constructor(private readonly limits: StreamLimits) {}

  get count(): number {
    return this.#streams.size;
  }

  /** @throws GatewayError OVERLOADED for one too many, UNAVAILABLE while the process ends. */
  add(owner: string, stream: OpenStream): void {
    const { MAX_STREAMS, MAX_STREAMS_PER_ACCOUNT } = this.limits;
    const owned = this.#owners.get(owner) ?? 0;
    if (this.#closing) throw this.#closing;
    if (MAX_STREAMS > 0 && this.count >= MAX_STREAMS) throw tooMany('This gateway', 'MAX_STREAMS', MAX_STREAMS);
    if (MAX_STREAMS_PER_ACCOUNT > 0 && owned >= MAX_STREAMS_PER_ACCOUNT)
      throw tooMany('This account', 'MAX_STREAMS_PER_ACCOUNT', MAX_STREAMS_PER_ACCOUNT);
    this.#owners.set(owner, owned + 1);
    this.#streams.add(stream);
  }

  remove(owner: string, stream: OpenStream): void {
    if (!this.#streams.delete(stream)) return;
    const owned = (this.#owners.get(owner) ?? 1) - 1;
    if (owned > 0) this.#owners.set(owner, owned);
    else this.#owners.delete(owner);
  }

  /**
   * Calls `send` at the same fixed times for every connection that carries streams, so that the timing reveals nothing
   * about other streams.
   * @returns a function that ends the calls.
   */
  keepAlive(send: () => void): () => void {
    this.#keepAlives.add(send);
    return () => void this.#keepAlives.delete(send);
  }

  /** Ends all of them with the reason, and refuses new ones. */
  close(reason: GatewayError): void {
    this.#closing = reason;
    clearInterval(this.#timer);
    for (const stream of this.#streams) stream.end(reason);
  }

  #beat(): void {
    this.#beats += 1;
    for (const stream of this.#streams) stream.check();
    if (this.#beats % (KEEP_ALIVE_MS / CHECK_MS) === 0) for (const send of this.#keepAlives) send();
  }
}
