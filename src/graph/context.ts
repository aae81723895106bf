/** What a resolver knows about its request. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../auth/caller';
import type { RecordedOperation, RequestRecord } from '../telemetry/request-record';

/**
 * Reserves room for an unread answer that has grown to this many characters.
 * @throws GatewayError OVERLOADED if there is none.
 */
type ReserveAnswer = (chars: number) => void;

/**
 * Checks again whether the key is still valid, and what it may do by now.
 * @returns the caller: at once, and the same object as the last time, while the key is known not to have changed.
 * @throws GatewayError as authentication does.
 */
export type CheckKey = () => Caller | null | Promise<Caller | null>;

/** The right to run an operation. */
export interface Place {
  /** When the request began to wait for it, as `performance.now()`. */
  readonly arrivedAt: number;
  readonly isHeld: boolean;
  /** Releases it for the next one; further calls have no effect. */
  leave(): void;
}

/** An incoming request. */
export interface IncomingCall {
  readonly requestId: string;
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
  /** The caller, authenticated before the body was read; null without a key. */
  readonly caller: Caller | null;
  /** The parsed body; undefined without one. */
  readonly body: unknown;
  readonly reserveAnswer: ReserveAnswer;
  readonly checkKey: CheckKey;
  /** Of the request, if it waited for one before it was parsed. */
  readonly place: Place | null;
  /** Null if requests are not observed. */
  readonly record: RequestRecord | null;
}

/** A field that a caller ran. */
interface FieldUse {
  /** Such as `Query.agents`. */
  readonly field: string;
  readonly action: string;
}

/** A refusal for lack of permission. */
interface Denial {
  readonly code: string;
  readonly field: string;
}

/** The effects of fields, to be recorded once the operation has ended. */
export interface FieldRecord {
  readonly uses: FieldUse[];
  /** Denials of fields that return null instead of an error. */
  readonly denials: Denial[];
}

export const newFieldRecord = (): FieldRecord => ({ uses: [], denials: [] });

/** Keep this a plain object: Apollo copies the context's own properties for every operation. */
export interface GatewayContext {
  readonly requestId: string;
  readonly address: string;
  /** Null if no key was sent; an invalid key never gets this far. */
  readonly caller: Caller | null;
  readonly fieldRecord: FieldRecord;
  readonly reserveAnswer: ReserveAnswer;
  readonly checkKey: CheckKey;
  readonly record: RequestRecord | null;
  /** Of the request, if it waited for one before it was parsed. */
  readonly place: Place | null;
  /** For the answer, once the operation has run; null when it stored nothing, and without replicas. */
  readonly consistencyToken?: () => string | null;
}

/** What is known about an operation before it runs. */
export interface OperationDetails {
  readonly name: string | null;
  readonly isMutation: boolean;
  readonly isSubscription: boolean;
  /** The schema names of its root fields. */
  readonly fields: readonly string[];
  /** All selected fields, as `Query.agents`; the same list for the same document. */
  readonly fieldPaths: readonly string[];
  /** Whether it names different accounts or rows. */
  readonly isForSeveral: () => boolean;
}

/** What is known about an operation once its document has been read, for observers. */
export type PreparedDetails = RecordedOperation;
