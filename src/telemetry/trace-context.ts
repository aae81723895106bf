/** W3C Trace Context: https://www.w3.org/TR/trace-context-1/. Callers' `tracestate` and baggage are not read. */
import { randomBytes } from 'node:crypto';

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The span of this request: 16 hexadecimal digits. */
  readonly spanId: string;
  /** The caller's span; null if the trace begins here. */
  readonly parentSpanId: string | null;
  /** Whether this request's spans are exported. */
  readonly isSampled: boolean;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED_FLAG = 1;

interface Parent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** @returns null for a missing or invalid header: the trace then begins here. */
export function parentOf(traceparent: string | string[] | undefined): Parent | null {
  if (typeof traceparent !== 'string') return null;
  const [, version, traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, isSampled: (parseInt(flags, 16) & SAMPLED_FLAG) === SAMPLED_FLAG };
}

const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');

export const newSpanId = (): string => randomHex(8);

/** Depends only on the trace id, so that all services with the same share decide alike. */
const isWithin = (traceId: string, share: number): boolean => parseInt(traceId.slice(-13), 16) < share * 16 ** 13;

/**
 * The trace context of a request.
 * @param share the fraction of traces to export, 0 to 1; if a caller says that its trace is not recorded, it is not.
 * @returns null if there is no trace: none from the caller, and none of ours.
 */
export function traceContextOf(traceparent: string | string[] | undefined, share: number): TraceContext | null {
  const parent = parentOf(traceparent);
  if (share === 0 && parent === null) return null;
  const traceId = parent?.traceId ?? randomHex(16);
  return {
    traceId,
    spanId: newSpanId(),
    parentSpanId: parent?.spanId ?? null,
    isSampled: (parent?.isSampled ?? true) && isWithin(traceId, share),
  };
}

/** The traceresponse header: https://w3c.github.io/trace-context/#traceresponse-header */
export const traceResponse = ({ traceId, spanId }: TraceContext): string => `00-${traceId}-${spanId}-01`;
