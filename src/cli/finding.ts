/** A finding of a diagnosis. */

export interface Finding {
  readonly check:
    'profile' | 'address' | 'connection' | 'clock' | 'key' | 'kind' | 'account' | 'expiry' | 'schema' | 'secrets';
  readonly ok: boolean;
  readonly message: string;
  /** What to do; null when nothing is wrong. */
  readonly cure: string | null;
}

export const good = (check: Finding['check'], message: string): Finding => ({ check, ok: true, message, cure: null });
export const bad = (check: Finding['check'], message: string, cure: string): Finding => ({
  check,
  ok: false,
  message,
  cure,
});
