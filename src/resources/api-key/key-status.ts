/** Whether a key is accepted, and who holds it, according to its row. */
import type { ApiKey, ApiKeyStatus } from './api-key.entity';

const isPast = (time: string | null): boolean => time !== null && Date.parse(time) <= Date.now();

export interface KeyTimes {
  /** ISO 8601, like all times of a row. */
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
  readonly expiresAt: string | null;
}

export function statusOf({ revokedAt, revokedBy, expiresAt }: KeyTimes): ApiKeyStatus {
  if (revokedBy !== null || isPast(revokedAt)) return 'REVOKED';
  return isPast(expiresAt) ? 'EXPIRED' : 'ACTIVE';
}

/** The id that audit, usage and ownership refer to: rotation does not change it. */
export const principalOf = ({
  id,
  firstKeyId,
  serviceAccountId,
}: Pick<ApiKey, 'id' | 'firstKeyId' | 'serviceAccountId'>): string => serviceAccountId ?? firstKeyId ?? id;
