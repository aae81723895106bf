/** The state of a request beyond Fastify's own. */
import type { FastifyInstance } from 'fastify';
import type { Caller } from '../auth/caller';
import type { RequestRecord } from '../telemetry/request-record';
import type { InFlightBudget, RequestInFlight } from './in-flight';

declare module 'fastify' {
  interface FastifyInstance {
    readonly inFlight: InFlightBudget;
  }
  interface FastifyRequest {
    /** The client's address in canonical notation. */
    clientAddress: string;
    /** Null until a key has been accepted, and for requests without a key. */
    caller: Caller | null;
    /** Null for a malformed URL. */
    inFlight: RequestInFlight | null;
    /** Null if requests are not observed. */
    record: RequestRecord | null;
  }
}

/** Declares the state of requests and of the app. */
export function decorate(app: FastifyInstance, budget: InFlightBudget): void {
  app.decorate('inFlight', budget);
  app.decorateRequest('clientAddress', '');
  app.decorateRequest('caller', null);
  app.decorateRequest('inFlight', null);
  app.decorateRequest('record', null);
}
