/** What is recorded about a request in progress, for the access log, the metrics and the trace. */
import type { Caller } from '../auth/caller';
import type { RoundTrip, StatementObserver } from '../db/pipeline/statement-observer';
import type { TraceContext } from './trace-context';

/** What is known about an operation once its document has been read. */
export interface RecordedOperation {
  /** Chosen by the caller; null for an anonymous operation. */
  readonly name: string | null;
  readonly isMutation: boolean;
  readonly isSubscription: boolean;
  /** SHA-256 of the document's text, in hexadecimal. */
  readonly documentHash: string;
  /** Whether it is one of the gateway's trusted documents, whose names are few and not chosen by callers. */
  readonly isTrusted: boolean;
  /** The number of objects the answer may hold. */
  readonly cost: number;
}

export const operationType = ({ isMutation, isSubscription }: RecordedOperation): string =>
  isSubscription ? 'subscription' : isMutation ? 'mutation' : 'query';

/** A statement that was run: its text without values. */
export interface StatementRun {
  readonly text: string;
  /** Statements with the same number shared a round trip. */
  readonly roundTrip: number;
  /** As `performance.now()`; the round trip's start if the statement was not timed by itself. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A step of processing a request, which ends where the next one begins. */
export interface Step {
  readonly name: string;
  readonly endedAt: number;
}

/** Per request; an import runs thousands. */
const MAX_STATEMENTS = 100;

export class RequestRecord implements StatementObserver {
  readonly steps: Step[] = [];
  readonly statementRuns: StatementRun[] = [];
  caller: Caller | null = null;
  /** The code of the answer's first error. */
  code: string | null = null;
  statementCount = 0;
  /** Answers of a stream so far; null for what is answered once. */
  events: number | null = null;
  /** Rows the key must not see, filtered out by the output guard. */
  filteredRows = 0;
  #operation: RecordedOperation | null = null;
  #operationStartedAt = 0;
  #answeredAt: number | null = null;
  #roundTrips = 0;

  constructor(
    readonly requestId: string,
    /** Null if the request has no trace context and is not traced. */
    readonly trace: TraceContext | null,
    /** Whether statements are recorded because something may report them. */
    private readonly keepsStatements: boolean,
    /** As `performance.now()`. */
    readonly startedAt: number,
  ) {}

  get tracedAs(): string | null {
    return this.trace?.isSampled ? this.trace.traceId : null;
  }

  get operation(): RecordedOperation | null {
    return this.#operation;
  }

  /** The document has been read. */
  prepared(operation: RecordedOperation): void {
    this.#operation = operation;
    this.#operationStartedAt = performance.now();
  }

  /** From document to answer, without the time the client took to send the document and receive the answer. */
  get operationMs(): number {
    return (this.#answeredAt ?? performance.now()) - this.#operationStartedAt;
  }

  /** Marks the end of a step. */
  step(name: string): void {
    if (this.trace?.isSampled) this.steps.push({ name, endedAt: performance.now() });
  }

  /** @param errors the answer's errors. */
  answered(errors: readonly { readonly extensions?: { readonly code?: unknown } }[] | undefined): void {
    this.#answeredAt ??= performance.now();
    const code = errors?.[0]?.extensions?.code;
    if (typeof code === 'string') this.code ??= code;
  }

  ran(statements: readonly { readonly text: string }[], { startedAt, endedAt, ends }: RoundTrip): void {
    this.statementCount += statements.length;
    if (!this.keepsStatements && this.tracedAs === null) return;
    this.#roundTrips += 1;
    const room = MAX_STATEMENTS - this.statementRuns.length;
    for (const [index, { text }] of statements.slice(0, room).entries())
      this.statementRuns.push({
        text,
        roundTrip: this.#roundTrips,
        startedAt: ends?.[index] ?? startedAt,
        endedAt: ends?.[index + 1] ?? endedAt,
      });
  }
}
