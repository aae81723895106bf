/** Receives the database's notifications of changed keys and accounts, on a dedicated connection. */
import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { messageOf } from '../../util/message-of';
import { Primary } from '../primary';
import { gatewayConnection } from '../session-settings';

/** Receives the changes. */
interface KeyListener {
  /** @param id of the changed key or account. */
  changed(id: string): void;
  /** Changes may have been missed until now. */
  changedUnheard(): void;
}

const CONFIRM_EVERY_MS = 200;
const ARRIVES_WITHIN_MS = 600;
const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_AFTER_MS = 250;
/** The longest interval; each is four times the one before, after connections on which nothing ever arrived. */
const MAX_RETRY_AFTER_MS = 30_000;

const KEYS = 'portcullis_keys';

/** The connection responds, but notifications do not arrive. */
class SilentChannelError extends Error {
  constructor() {
    super(
      'Notifications do not arrive: a transaction-mode pooler is in front of the database, another database is listened to. Set LISTEN_DATABASE_URL to a direct connection to the primary',
    );
  }
}

interface Channel {
  readonly client: Client;
  /**
   * Resolves when the nonce has arrived.
   * @throws SilentChannelError, or the connection's failure.
   */
  readonly arrival: (nonce: string) => Promise<void>;
}

export class KeyChangeListener {
  /**
   * When the last nonce that came back was sent, in milliseconds of `performance.now()`: notifications of all changes
   * stored before then have arrived. Nothing else proves it: behind a pooler the connection responds but may receive
   * nothing.
   */
  confirmedAt = Number.NEGATIVE_INFINITY;
  /** Why revocations are not being received; public. Null when they are, or before the first attempt. */
  problem: string | null = null;
  readonly #stopped = new AbortController();
  /** Unique to this process, so that it ignores other processes' nonces. */
  readonly #proofs = `portcullis_proof_${randomUUID().replaceAll('-', '')}`;
  readonly #primary: Primary;
  #running: Promise<void> | null = null;
  /** Ends the wait for a nonce. */
  #wake: () => void = () => undefined;

  /**
   * @param notify sends a notification the way key changes are stored: on a connection other than this one, since a
   *   pooler would deliver a client its own session's notifications.
   * @param onLost called once per outage, with the full reason: for the log.
   */
  constructor(
    url: string,
    private readonly notify: (channel: string, payload: string) => Promise<void>,
    private readonly onLost: (problem: string) => void,
  ) {
    this.#primary = new Primary(url);
  }

  /** Listens until stopped; reconnects whenever the connection is lost. */
  start(listener: KeyListener): void {
    this.#running ??= this.#run(listener);
  }

  /** Instead of `start`, if notifications cannot arrive. @param problem the reason, for `/readyz`. */
  giveUp(problem: string): void {
    this.problem = problem;
    this.onLost(problem);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake();
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
    // This is public, so unlike the log it does not quote the driver, whose messages contain addresses.
    this.problem = error instanceof SilentChannelError ? error.message : 'their connection was lost';
    if (isFirst && !this.#isStopped()) this.onLost(messageOf(error));
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
      // So that the pooler's session does not keep listening.
      if (!(error instanceof SilentChannelError)) this.#primary.isElsewhere(url, error);
      else await channel.client.query('UNLISTEN *').catch(() => undefined);
      throw error;
    } finally {
      // A graceful close could wait for a peer that no longer exists.
      socket.destroy();
    }
  }

  async #prove({ arrival }: Channel): Promise<void> {
    const nonce = randomUUID();
    const sentAt = performance.now();
    try {
      await this.#notifyInTime(nonce);
    } catch (error) {
      // A failure of the pool, not of the channel: it proves nothing either way.
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
    const fail = (error: Error): void => {
      failure ??= error;
      this.#wake();
    };
    client.on('error', fail).on('end', () => fail(new Error('Connection terminated')));
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === this.#proofs) {
        latest = payload;
        this.#wake();
      } else listener.changed(payload);
    });
    const arrival = async (nonce: string): Promise<void> => {
      const timer = setTimeout(() => fail(new SilentChannelError()), ARRIVES_WITHIN_MS);
      try {
        while (latest !== nonce && failure === null && !this.#isStopped())
          await new Promise<void>((resolve) => (this.#wake = resolve));
      } finally {
        clearTimeout(timer);
      }
      if (failure !== null) throw failure;
    };
    return { client, arrival };
  }

  async #notifyInTime(nonce: string): Promise<void> {
    const ended = new AbortController();
    const tooLong = async (): Promise<never> => {
      await pause(ARRIVES_WITHIN_MS, undefined, { signal: ended.signal });
      throw new Error('The database did not accept a notification in time');
    };
    await Promise.race([this.notify(this.#proofs, nonce), tooLong()]).finally(() => ended.abort());
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }
}
