/** What a resolver knows about the request it serves. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../auth/caller';
import type { RecordedOperation, RequestRecord } from '../telemetry/request-record';

/**
 * Holds a place among the answers that wait to be read, for one that has grown to so many characters.
 * @throws GatewayError OVERLOADED when there is none.
 */
type ReserveAnswer = (chars: number) => void;

/**
 * Checks the key again, which may have ended since the request began.
 * @throws GatewayError as its authentication does.
 */
type CheckKey = () => Promise<void>;

/** A request as it came in. */
export interface IncomingCall {
  readonly requestId: string;
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
  /** Who calls, authenticated before the body was read; null for a request without a key. */
  readonly caller: Caller | null;
  /** The parsed body; undefined for a request without one. */
  readonly body: unknown;
  readonly reserveAnswer: ReserveAnswer;
  readonly checkKey: CheckKey;
  /** Null where nobody is told of requests. */
  readonly record: RequestRecord | null;
}

/** A field that ran for a caller. */
interface FieldUse {
  /** For example `Query.agents`. */
  readonly field: string;
  readonly action: string;
}

/** A refusal of what the caller has no right to. */
interface Denial {
  readonly code: string;
  readonly field: string;
}

/** What fields did that is accounted for once the operation is over. */
export interface FieldRecord {
  readonly uses: FieldUse[];
  /** Of fields that answer null instead of an error. */
  readonly denials: Denial[];
}

export const newFieldRecord = (): FieldRecord => ({ uses: [], denials: [] });

/** Apollo copies the context for every operation, own fields only: keep it a plain object. */
export interface GatewayContext {
  readonly requestId: string;
  readonly address: string;
  /** Null when no key was sent; a bad key never gets this far. */
  readonly caller: Caller | null;
  readonly fieldRecord: FieldRecord;
  readonly reserveAnswer: ReserveAnswer;
  readonly checkKey: CheckKey;
  readonly record: RequestRecord | null;
}

/** What is known of an operation before it runs. */
export interface OperationDetails {
  readonly name: string | null;
  readonly isMutation: boolean;
  /** Its root fields, by their names in the schema. */
  readonly fields: readonly string[];
  /** Every field that it selects, as `Query.agents`; the same list for the same document. */
  readonly fieldPaths: readonly string[];
  /** Whether its root fields name different accounts or rows. */
  readonly isForSeveral: boolean;
}

/** What is known of an operation once its document was read: for whoever observes it. */
export type PreparedDetails = RecordedOperation;
