/** Waits between attempts. */

/** The client does not wait longer than this, even if a gateway asks for it. */
export const MAX_RETRY_AFTER_SECONDS = 60;

/**
 * Waits this long and up to half as long again, so that clients refused at the same time do not retry at the same time.
 */
const withJitter = (seconds: number): number => seconds * 1_000 * (1 + Math.random() / 2);

/** @throws the reason of `signal` as soon as it is aborted. */
export function waitSeconds(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve();
    };
    const timer = setTimeout(end, withJitter(seconds));
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
  });
}
