/** The access log: one line per request, plus one per slow request. Never contains values, URLs or headers. */
import type { Logger } from 'pino';
import type { Config } from '../config';
import { loggedName } from './caller-text';
import type { RequestRecord, StatementRun } from './request-record';

export type AccessLogSettings = Pick<Config, 'ACCESS_LOG' | 'ACCESS_LOG_PERCENT' | 'SLOW_OPERATION_MS'>;

/** What HTTP knows about a completed request. */
export interface Exchange {
  readonly method: string;
  /** The registered path; null if the request matched none. */
  readonly route: string | null;
  readonly status: number;
  /** Whether the whole answer was sent; false if the client disconnected. */
  readonly isComplete: boolean;
}

const rounded = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

/** Probed by load balancers every few seconds: logged only on failure. */
const HEALTH_ROUTES: ReadonlySet<string | null> = new Set(['/livez', '/readyz']);

/** Other methods are not logged: a method is text chosen by the caller, too. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']);
export const methodName = (method: string): string => (METHODS.has(method) ? method : 'other');

/** The fields of a line; unknown ones are absent. */
function fieldsOf(record: RequestRecord, exchange: Exchange, ms: number): Record<string, unknown> {
  const { caller, operation, trace } = record;
  return {
    requestId: record.requestId,
    traceId: trace?.traceId,
    account: caller?.account?.id,
    principal: caller?.keyId,
    kind: caller?.kind,
    operation: operation?.name ? loggedName(operation.name) : undefined,
    document: operation?.documentHash,
    cost: operation?.cost,
    statements: operation ? record.statementCount : undefined,
    events: record.events ?? undefined,
    ms: rounded(ms),
    status: exchange.status,
    code: record.code ?? undefined,
    method: methodName(exchange.method),
    route: exchange.route ?? undefined,
    ...(!exchange.isComplete && { incomplete: true }),
  };
}

/** The same line for people at a terminal. */
function sentenceOf(record: RequestRecord, { method, route, status }: Exchange, ms: number): string {
  const { operation, caller, code } = record;
  const whose = caller === null ? [] : [caller.account?.slug ?? `${caller.kind} key`];
  const what = operation === null ? [] : [operation.name === null ? 'unnamed' : loggedName(operation.name)];
  const work = operation === null ? [] : [`cost ${operation.cost}`, `${record.statementCount} statements`];
  if (record.events !== null) work.push(`${record.events} events`);
  const result = code === null ? `${status}` : `${status} ${code}`;
  return `${methodName(method)} ${route ?? '(no such path)'} ${result} in ${rounded(ms)} ms (${[...whose, ...what, ...work, record.requestId].join(', ')})`;
}

const statementFields = ({ text, roundTrip, startedAt, endedAt }: StatementRun): Record<string, unknown> => ({
  text: text.slice(0, MAX_STATEMENT_CHARS),
  roundTrip,
  ms: rounded(endedAt - startedAt),
});

const MAX_STATEMENT_CHARS = 2_000;

export class AccessLog {
  constructor(
    private readonly settings: AccessLogSettings,
    private readonly logger: Logger,
    /** Whether lines are read by people at a terminal, not by machines. */
    private readonly isForPeople: boolean,
    private readonly random: () => number = Math.random,
  ) {}

  /** Whether to record the statements of all requests, which the log of slow operations needs. */
  get keepsStatements(): boolean {
    return this.settings.SLOW_OPERATION_MS > 0;
  }

  write(record: RequestRecord, exchange: Exchange): void {
    const ms = performance.now() - record.startedAt;
    if (this.settings.ACCESS_LOG && this.logger.isLevelEnabled('info') && this.#isWanted(record, exchange)) {
      if (this.isForPeople) this.logger.info(sentenceOf(record, exchange, ms));
      else this.logger.info(fieldsOf(record, exchange, ms), 'Request');
    }
    const { SLOW_OPERATION_MS: slowMs } = this.settings;
    if (slowMs > 0 && record.operation && record.operationMs >= slowMs)
      this.logger.warn(
        { ...fieldsOf(record, exchange, record.operationMs), statementRuns: record.statementRuns.map(statementFields) },
        'Slow operation',
      );
  }

  /** Errors, refusals and answers that were not fully sent are always logged. */
  #isWanted({ code }: RequestRecord, { status, route, isComplete }: Exchange): boolean {
    if (code !== null || status >= 400 || !isComplete) return true;
    if (HEALTH_ROUTES.has(route)) return false;
    return this.random() * 100 < this.settings.ACCESS_LOG_PERCENT;
  }
}
