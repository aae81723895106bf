/** Receives notifications from the database, on a connection of its own, when a key or an account changes. */
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { gatewayConnection } from '../session-settings';

/** What is notified of changes. */
interface KeyListener {
  /** @param id of the key or the account that changed. */
  changed(id: string): void;
  /** Changes may have gone unheard until now. */
  changedUnheard(): void;
}

/** Milliseconds. */
const CONFIRM_EVERY = 200;
const ANSWER_WITHIN = 600;
const CONNECT_WITHIN = 3_000;
const RECONNECT_AFTER = 250;

export class KeyChangeListener {
  /**
   * When the last question was sent that the database has answered, in milliseconds of `performance.now()`: word of
   * every change that was stored before has arrived. A dead connection cannot hide behind an open socket.
   */
  confirmedAt = Number.NEGATIVE_INFINITY;
  readonly #stopped = new AbortController();
  #heard = true;
  #running: Promise<void> | null = null;

  constructor(
    private readonly url: string,
    private readonly onLost: (error: unknown) => void,
  ) {}

  /** Listens until it is stopped; connects again whenever the connection is lost. */
  start(listener: KeyListener): void {
    this.#running ??= this.#run(listener);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(listener: KeyListener): Promise<void> {
    while (!this.#isStopped()) {
      try {
        await this.#listen(listener);
      } catch (error) {
        // Once for each outage, not for each attempt.
        if (this.#heard && !this.#isStopped()) this.onLost(error);
        this.#heard = false;
      }
      await this.#pause(RECONNECT_AFTER);
    }
  }

  async #listen(listener: KeyListener): Promise<void> {
    const socket = new Socket();
    const client = new Client({
      ...gatewayConnection(this.url),
      stream: () => socket,
      connectionTimeoutMillis: CONNECT_WITHIN,
      query_timeout: ANSWER_WITHIN,
      application_name: 'portcullis-key-watch',
    });
    client.on('error', () => undefined);
    client.on('notification', ({ payload = '' }) => listener.changed(payload));
    try {
      await client.connect();
      await client.query('LISTEN portcullis_keys');
      listener.changedUnheard();
      this.#heard = true;
      while (!this.#isStopped()) {
        const asked = performance.now();
        await client.query('SELECT 1');
        this.confirmedAt = asked;
        await this.#pause(CONFIRM_EVERY);
      }
    } finally {
      // An orderly close could wait for a peer that no longer exists.
      socket.destroy();
    }
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }
}
