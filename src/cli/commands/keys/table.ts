/** Keys as rows of a table. */
import type { ApiKeyRowFragment } from '../../../../schema/generated/operations';
import { visible } from '../../output/text';

export type Key = ApiKeyRowFragment;

/** When a key is permanently refused: at its expiry, or earlier when it is revoked or its grace period ends. */
export function endOf({ expiresAt, revokedAt }: Partial<Pick<Key, 'expiresAt' | 'revokedAt'>>): string | null {
  const ends = [expiresAt, revokedAt].filter((end) => end !== null && end !== undefined);
  return ends.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

export const HEAD = ['name', 'key', 'kind', 'status', 'ends', 'last used', 'id'];

export const cells = ({ id, name, preview, kind, status, lastUsedAt, ...key }: Key): string[] => [
  name,
  preview,
  kind,
  status === 'ACTIVE' && key.replacedBy ? 'ACTIVE, replaced' : status,
  endOf(key) ?? 'never',
  lastUsedAt ?? 'never',
  id,
];

/** A key in questions and messages: which one it is, and whether it may still be needed. */
export const describeKey = ({ id, name, preview, lastUsedAt }: Key): string =>
  visible(`"${name}" (${preview}, ${lastUsedAt ? `last used ${lastUsedAt}` : 'no use recorded'}, id ${id})`);
