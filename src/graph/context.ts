/** What a resolver knows about the request it serves. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../auth/caller';

/** A request as it came in, before anybody is known to be behind it. */
export interface IncomingCall {
  readonly requestId: string;
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
}

/** Apollo copies the context for every operation, own fields only: keep it a plain object. */
export interface GatewayContext {
  readonly requestId: string;
  /** Null when no key was sent; a bad key never gets this far. */
  readonly caller: Caller | null;
}
