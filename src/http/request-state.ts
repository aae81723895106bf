/** What is known of a request beside what Fastify knows. */
import type { FastifyInstance } from 'fastify';
import type { Caller } from '../auth/caller';
import type { RequestRecord } from '../telemetry/request-record';
import type { InFlightBudget, RequestInFlight } from './in-flight';

declare module 'fastify' {
  interface FastifyInstance {
    readonly inFlight: InFlightBudget;
  }
  interface FastifyRequest {
    /** The client's address, in its canonical spelling. */
    clientAddress: string;
    /** Null until a key was accepted, and for a request without one. */
    caller: Caller | null;
    /** Null for a URL that is malformed. */
    inFlight: RequestInFlight | null;
    /** Null where nobody is told of requests. */
    record: RequestRecord | null;
    /** Whether the body, or a part of it, came after the key had been checked. */
    isBodyLate: boolean;
  }
}

/** Registers what requests carry, and what the app holds for all of them. */
export function decorate(app: FastifyInstance, budget: InFlightBudget): void {
  app.decorate('inFlight', budget);
  app.decorateRequest('clientAddress', '');
  app.decorateRequest('caller', null);
  app.decorateRequest('inFlight', null);
  app.decorateRequest('record', null);
  app.decorateRequest('isBodyLate', false);
}
