/** A finding of a diagnosis. */

export interface Finding {
  readonly check:
    'profile' | 'address' | 'connection' | 'clock' | 'key' | 'kind' | 'account' | 'expiry' | 'schema' | 'secrets';
  readonly ok: boolean;
  readonly message: string;
  /** What to do; null when nothing is wrong. */
  readonly remedy: string | null;
}

export const good = (check: Finding['check'], message: string): Finding => ({ check, ok: true, message, remedy: null });
export const bad = (check: Finding['check'], message: string, remedy: string): Finding => ({
  check,
  ok: false,
  message,
  remedy,
});
