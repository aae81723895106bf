/** W3C Trace Context: https://www.w3.org/TR/trace-context-1/. What callers add to it (`tracestate`, baggage) is not read. */
import { randomBytes } from 'node:crypto';

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The span of this request: 16 hexadecimal digits. */
  readonly spanId: string;
  /** The caller's span; null where the trace begins here. */
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

/** @returns null for a header that is missing or invalid: the trace then begins here. */
export function parentOf(traceparent: string | string[] | undefined): Parent | null {
  if (typeof traceparent !== 'string') return null;
  const [, version, traceId = '', spanId = '', flags = '', rest] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, isSampled: (parseInt(flags, 16) & SAMPLED_FLAG) === SAMPLED_FLAG };
}

const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');

export const newSpanId = (): string => randomHex(8);

/** Of the trace's id alone, so that every service with the same share decides the same. */
const isWithin = (traceId: string, share: number): boolean => parseInt(traceId.slice(-13), 16) < share * 16 ** 13;

/**
 * The context of a request.
 * @param share of traces to export, 0 to 1; a caller who says that its trace is not recorded is believed.
 * @returns null where there is nothing to name: no caller's trace, and none of ours.
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

/** What the answer says of its trace: https://w3c.github.io/trace-context/#traceresponse-header */
export const traceResponse = ({ traceId, spanId }: TraceContext): string => `00-${traceId}-${spanId}-01`;
