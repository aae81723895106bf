/** Receives notifications from the database, on a connection of its own, when a key or an account changes. */
import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { messageOf } from '../../util/message-of';
import { Primary } from '../primary';
import { gatewayConnection } from '../session-settings';

/** What is notified of changes. */
interface KeyListener {
  /** @param id of the key or the account that changed. */
  changed(id: string): void;
  /** Changes may have gone unheard until now. */
  changedUnheard(): void;
}

const CONFIRM_EVERY_MS = 200;
const ARRIVES_WITHIN_MS = 600;
const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_AFTER_MS = 250;
/** The longest of the times, each four times the one before, after connections on which nothing ever arrived. */
const MAX_RETRY_AFTER_MS = 30_000;

const KEYS = 'portcullis_keys';

/** The connection answers, and notifications do not come. */
class SilentChannelError extends Error {
  constructor() {
    super(
      'Notifications do not arrive: a transaction-mode pooler is in front of the database, or another database is listened to. Set LISTEN_DATABASE_URL to a direct connection to the primary',
    );
  }
}

interface Channel {
  readonly client: Client;
  /** Resolves when the nonce has come back. @throws SilentChannelError, or the connection's failure. */
  readonly arrival: (nonce: string) => Promise<void>;
}

export class KeyChangeListener {
  /**
   * When the last nonce was sent that came back, in milliseconds of `performance.now()`: word of every change that was
   * stored before has arrived. Nothing else proves it: behind a pooler the connection answers, and hears nothing.
   */
  confirmedAt = Number.NEGATIVE_INFINITY;
  /** Why revocations are not heard of at the moment; null when they are, or nothing was tried yet. */
  problem: string | null = null;
  readonly #stopped = new AbortController();
  /** Of this process, so that no other one hears its nonces. */
  readonly #proofs = `portcullis_proof_${randomUUID().replaceAll('-', '')}`;
  readonly #primary: Primary;
  #running: Promise<void> | null = null;

  /**
   * @param notify sends a notification the way changes of keys are stored: on another connection than this one, since a
   *   pooler would show a client what its own session notifies.
   * @param onLost is told once for each outage.
   */
  constructor(
    url: string,
    private readonly notify: (channel: string, payload: string) => Promise<void>,
    private readonly onLost: (problem: string) => void,
  ) {
    this.#primary = new Primary(url);
  }

  /** Listens until it is stopped; connects again whenever the connection is lost. */
  start(listener: KeyListener): void {
    this.#running ??= this.#run(listener);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(listener: KeyListener): Promise<void> {
    let retryAfterMs = RECONNECT_AFTER_MS;
    while (!this.#isStopped()) {
      const began = performance.now();
      try {
        await this.#listen(listener);
      } catch (error) {
        this.#lost(error);
        const wasSilent = error instanceof SilentChannelError && this.confirmedAt < began;
        retryAfterMs = wasSilent ? Math.min(retryAfterMs * 4, MAX_RETRY_AFTER_MS) : RECONNECT_AFTER_MS;
        await this.#pause(retryAfterMs);
      }
    }
  }

  #lost(error: unknown): void {
    const isFirst = this.problem === null;
    this.problem = messageOf(error);
    if (isFirst && !this.#isStopped()) this.onLost(this.problem);
  }

  async #listen(listener: KeyListener): Promise<void> {
    const url = await this.#primary.url();
    const socket = new Socket();
    const channel = this.#channel(url, socket, listener);
    try {
      await channel.client.connect();
      await channel.client.query(`LISTEN ${KEYS}; LISTEN ${this.#proofs}`);
      listener.changedUnheard();
      while (!this.#isStopped()) {
        await this.#prove(channel);
        await this.#pause(CONFIRM_EVERY_MS);
      }
    } catch (error) {
      // So that the pooler's session is not left listening.
      if (!(error instanceof SilentChannelError)) this.#primary.isElsewhere(url, error);
      else await channel.client.query('UNLISTEN *').catch(() => undefined);
      throw error;
    } finally {
      // An orderly close could wait for a peer that no longer exists.
      socket.destroy();
    }
  }

  async #prove({ arrival }: Channel): Promise<void> {
    const nonce = randomUUID();
    const sentAt = performance.now();
    try {
      await Promise.race([this.notify(this.#proofs, nonce), this.#tooLong()]);
    } catch (error) {
      // The pool's trouble, not the channel's: nothing is proved meanwhile.
      this.#lost(error);
      return;
    }
    await arrival(nonce);
    if (this.#isStopped()) return;
    this.confirmedAt = sentAt;
    this.problem = null;
  }

  #channel(url: string, socket: Socket, listener: KeyListener): Channel {
    const client = new Client({
      ...gatewayConnection(url),
      stream: () => socket,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ARRIVES_WITHIN_MS,
      application_name: 'portcullis-key-watch',
    });
    let latest = '';
    let failure: Error | null = null;
    let wake = (): void => undefined;
    const fail = (error: Error): void => {
      failure ??= error;
      wake();
    };
    client.on('error', fail).on('end', () => fail(new Error('Connection terminated')));
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === this.#proofs) {
        latest = payload;
        wake();
      } else listener.changed(payload);
    });
    this.#stopped.signal.addEventListener('abort', () => wake(), { once: true });
    const arrival = async (nonce: string): Promise<void> => {
      const timer = setTimeout(() => fail(new SilentChannelError()), ARRIVES_WITHIN_MS);
      try {
        while (latest !== nonce && failure === null && !this.#isStopped())
          await new Promise<void>((resolve) => (wake = resolve));
      } finally {
        clearTimeout(timer);
      }
      if (failure !== null) throw failure;
    };
    return { client, arrival };
  }

  async #tooLong(): Promise<never> {
    await this.#pause(ARRIVES_WITHIN_MS);
    throw new Error('The database did not take a notification in time');
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }
}
