/** What a resolver knows about the request it serves. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../auth/caller';
import type { Replay } from './repeated';

/** A request as it came in, before anybody is known to be behind it. */
export interface IncomingCall {
  readonly requestId: string;
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body; undefined for a request without one. */
  readonly body: unknown;
}

/** What is known of an operation before it runs. */
export interface OperationFacts {
  readonly name: string | null;
  readonly isMutation: boolean;
  /** Its root fields, by their names in the schema. */
  readonly fields: readonly string[];
  /** Objects that its answer may hold; see measure.ts. */
  readonly cost: number;
}

/** Apollo copies the context for every operation, own fields only: keep it a plain object. */
export interface GatewayContext {
  readonly requestId: string;
  /** Null when no key was sent; a bad key never gets this far. */
  readonly caller: Caller | null;
  /** Called once the operation is known, before any of it runs; what it throws is the answer. */
  readonly begin?: (operation: OperationFacts) => Promise<void>;
  /** Called when the answer is ready, before any of it leaves; what it throws takes the answer's place. */
  readonly finish?: () => Promise<void>;
  /** Set when the operation ran already, and only its answer is to be worded. */
  readonly replay?: Replay;
  /** Called for each field that refused what the caller has no right to. */
  readonly denied?: (code: string, field: string) => void;
}
