/** The origin of a change, as its audit event and the access log state it in full. */
import { createHash } from 'node:crypto';
import { secretIn } from '../util/secret-shapes';
import type { AccessOrigin } from './master-access-log';
import type { Position } from './replicas/position';

/** A request that may be repeated. Its writes are distinguished by their order in the document. */
export class IdempotentRequest {
  #writes = 0;
  #fingerprint: Buffer | undefined;
  /** The stored form of the caller's Idempotency-Key: only its hash if it seems to hold a secret. */
  readonly key: string;

  constructor(
    /** The caller's Idempotency-Key, 1 to 255 characters. */
    given: string,
    /** Called only when the request writes: by then it has passed every limit on its size. */
    private readonly requestText: () => string,
  ) {
    this.key =
      given.includes('pcl_') || secretIn(given) !== null ? createHash('sha256').update(given).digest('hex') : given;
  }

  /** SHA-256 of operation and variables. */
  get fingerprint(): Buffer {
    return (this.#fingerprint ??= createHash('sha256').update(this.requestText()).digest());
  }

  nextWrite(): number {
    this.#writes += 1;
    return this.#writes;
  }
}

/** One object per request. */
export interface Origin extends AccessOrigin {
  /** Known once the document is read. */
  operationName: string | null;
  /** Set for a request with an Idempotency-Key. */
  readonly repeatable?: IdempotentRequest | null;
  /** Whether lists and rows may be read from a replica: in queries only, once the operation is known to be one. */
  readsReplicas?: boolean;
  /** The position that a replica must have replayed, according to the caller's token. */
  readonly readsAfter?: Position | null;
  /** How far the primary's log was when the latest change of this request was stored; unset without replicas. */
  committedAt?: Position;
}
