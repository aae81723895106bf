/** Where a change comes from: its audit event and the access log name all of it. */
import { createHash } from 'node:crypto';
import { secretIn } from '../util/secret-shapes';
import type { AccessOrigin } from './master-access-log';

/** A request that says it may come twice. Its writes are told apart by their order, which is the document's. */
export class IdempotentRequest {
  #writes = 0;
  #fingerprint: Buffer | undefined;
  /** What the caller's Idempotency-Key is stored as: one that seems to hold a secret, by its hash only. */
  readonly key: string;

  constructor(
    /** The caller's Idempotency-Key, 1 to 255 characters. */
    given: string,
    /** What the request asks for, as text. Not looked at before it writes: by then it has passed every limit. */
    private readonly asked: () => string,
  ) {
    this.key =
      given.includes('pcl_') || secretIn(given) !== null ? createHash('sha256').update(given).digest('hex') : given;
  }

  /** SHA-256 of operation and variables. */
  get fingerprint(): Buffer {
    return (this.#fingerprint ??= createHash('sha256').update(this.asked()).digest());
  }

  nextWrite(): number {
    this.#writes += 1;
    return this.#writes;
  }
}

/** One object for each request. */
export interface Origin extends AccessOrigin {
  /** Known once the document is read. */
  operationName: string | null;
  /** Set for a request with an Idempotency-Key. */
  readonly repeatable?: IdempotentRequest | null;
}
