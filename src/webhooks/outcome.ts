/** What became of an attempt to deliver. */
export const DeliveryStatus = {
  SUCCEEDED: 'SUCCEEDED',
  REJECTED: 'REJECTED',
  TIMED_OUT: 'TIMED_OUT',
  UNREACHABLE: 'UNREACHABLE',
  FORBIDDEN_TARGET: 'FORBIDDEN_TARGET',
} as const;
export type DeliveryStatus = keyof typeof DeliveryStatus;

export interface Outcome {
  readonly status: DeliveryStatus;
  /** Of the answer; null without one. */
  readonly responseStatus: number | null;
  readonly durationMs: number;
  /** A sentence that tells nothing of the network behind the gateway; null when nothing went wrong. */
  readonly problem: string | null;
}
