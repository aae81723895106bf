/** The outcome of a delivery attempt. */
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
  /** Of the response; null without one. */
  readonly responseStatus: number | null;
  readonly durationMs: number;
  /** A sentence that reveals nothing about the network behind the gateway; null on success. */
  readonly problem: string | null;
}
