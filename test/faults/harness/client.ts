/** Sends a change over HTTP and determines what its answer means for the data. */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { systemCode } from '../../../src/util/data-folder';
import type { Outcome } from './ledger';

export interface Change {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface SendOptions {
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds after which the client disconnects without reading an answer; null to wait for it. */
  readonly hangUpAfterMs: number | null;
}

export interface Told {
  readonly outcome: Outcome;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly note: string;
  readonly isUntrue: boolean;
}

/** Longer than a statement of the gateway may take, including the wait for a connection. */
const TIMEOUT_MS = 40_000;
/** Nobody listens there, so the request was never sent. */
const NEVER_SENT = new Set(['ECONNREFUSED']);
/** Codes that say that the request was not executed. */
const NOT_EXECUTED = new Set(['OVERLOADED', 'RATE_LIMITED']);
const CONFLICT_OF_TRANSACTIONS = /Another request changed the same rows at the same time\. Nothing was stored/;

interface Body {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

const told = (outcome: Outcome, note: string, isUntrue = false): Told => ({ outcome, note, isUntrue, data: null });

/** The outcome of a complete answer. All changes are valid, so only injected faults may cause errors. */
export function meaningOf(text: string): Told {
  let body: Body;
  try {
    body = JSON.parse(text) as Body;
  } catch {
    return told('unknown', `no JSON: ${text.slice(0, 200)}`, true);
  }
  const [error] = body.errors ?? [];
  if (!error) return { outcome: 'acknowledged', data: body.data ?? null, note: '', isUntrue: false };
  const { message, extensions } = error;
  const code = String(extensions['code']);
  const note = `${code}: ${message}`;
  if (code === 'UNAVAILABLE') return told(extensions['retry'] === true ? 'refused' : 'unknown', note);
  if (NOT_EXECUTED.has(code) || CONFLICT_OF_TRANSACTIONS.test(message)) return told('refused', note);
  return told('unknown', note, true);
}

export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  send({ query, variables }: Change, { port, headers, hangUpAfterMs }: SendOptions): Promise<Told> {
    const payload = JSON.stringify({ query, variables });
    const own = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
    return new Promise((resolve) => {
      const fail = (error: Error): void => {
        const code = systemCode(error) ?? '';
        resolve(told(NEVER_SENT.has(code) ? 'refused' : 'unknown', code || error.message));
      };
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          path: '/graphql',
          method: 'POST',
          agent: this.#agent,
          headers: { ...own, ...headers },
        },
        (answer) => void text(answer).then((body) => resolve(meaningOf(body)), fail),
      );
      outgoing.on('error', fail);
      outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error('no answer in time')));
      outgoing.on('finish', () => {
        if (hangUpAfterMs !== null) setTimeout(() => outgoing.destroy(new Error('hung up')), hangUpAfterMs);
      });
      outgoing.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
