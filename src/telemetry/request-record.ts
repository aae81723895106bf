/** What is noted of one request on its way, for the access log, the metrics and the trace. */
import type { Caller } from '../auth/caller';
import type { RoundTrip, StatementObserver } from '../db/pipeline/statement-observer';
import type { TraceContext } from './trace-context';

/** What is known of an operation once its document was read. */
export interface RecordedOperation {
  /** The caller's own text; null for an operation without a name. */
  readonly name: string | null;
  readonly isMutation: boolean;
  /** SHA-256 of the document's text, in hexadecimal. */
  readonly documentHash: string;
  /** Whether it is one of the gateway's trusted documents, whose names are few and not the caller's. */
  readonly isTrusted: boolean;
  /** Objects that the answer may hold. */
  readonly cost: number;
}

/** A statement as it ran: its text without values. */
export interface StatementRun {
  readonly text: string;
  /** Statements of one number shared a round trip. */
  readonly roundTrip: number;
  /** Of `performance.now()`; of the round trip where the statement was not timed by itself. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A part of the way through the gateway, which ends where the next one begins. */
export interface Step {
  readonly name: string;
  readonly endedAt: number;
}

/** Of one request; an import runs thousands. */
const MAX_STATEMENTS = 100;

export class RequestRecord implements StatementObserver {
  readonly startedAt = performance.now();
  readonly steps: Step[] = [];
  readonly statementRuns: StatementRun[] = [];
  caller: Caller | null = null;
  /** Of the first error of the answer. */
  code: string | null = null;
  statementCount = 0;
  /** Rows that its key must not see, which the output guard filtered out. */
  filteredRows = 0;
  #operation: RecordedOperation | null = null;
  #operationStartedAt = 0;
  #answeredAt: number | null = null;
  #roundTrips = 0;

  constructor(
    readonly requestId: string,
    /** Null where the request carried none and is not traced. */
    readonly trace: TraceContext | null,
    /** Whether somebody may ask for the statements. */
    private readonly keepsStatements: boolean,
  ) {}

  get tracedAs(): string | null {
    return this.trace?.isSampled ? this.trace.traceId : null;
  }

  get operation(): RecordedOperation | null {
    return this.#operation;
  }

  /** The document was read. */
  prepared(operation: RecordedOperation): void {
    this.#operation = operation;
    this.#operationStartedAt = performance.now();
  }

  /** From the document to its answer, without the time that the client took to send one and to take the other. */
  get operationMs(): number {
    return (this.#answeredAt ?? performance.now()) - this.#operationStartedAt;
  }

  /** A step of the request has ended. */
  step(name: string): void {
    if (this.trace?.isSampled) this.steps.push({ name, endedAt: performance.now() });
  }

  /** @param errors of the answer. */
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
