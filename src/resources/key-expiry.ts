/** The expiry of a new account or master key: given in days or as a time, within a year. */
import { z } from 'zod';

export const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_DAYS = 365;
const DEFAULT_DAYS = 90;

export const after = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();

const days = z.number().int().min(1, `must be 1 to ${MAX_DAYS}`).max(MAX_DAYS, `must be 1 to ${MAX_DAYS}`);

const future = z.string().refine(
  (text) => {
    const ahead = Date.parse(text) - Date.now();
    return ahead > 0 && ahead <= MAX_DAYS * DAY_MS;
  },
  { error: `must be in the future, at most ${MAX_DAYS} days ahead` },
);

/** When a new key expires, as ISO 8601. */
export const expiry = z
  .object({ expiresInDays: days.nullish(), expiresAt: future.nullish() })
  .refine(({ expiresInDays, expiresAt }) => typeof expiresInDays !== 'number' || typeof expiresAt !== 'string', {
    error: 'cannot be combined with expiresInDays; give one of them',
    path: ['expiresAt'],
  })
  .transform(({ expiresInDays, expiresAt }) => expiresAt ?? after((expiresInDays ?? DEFAULT_DAYS) * DAY_MS));
