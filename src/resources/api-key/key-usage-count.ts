/** What a key was used for, as its fields and the review of access read it. */
import type { RelationSpec } from '../../graph/queries/relations';
import { KeyUsage } from './key-last-used.entity';

/** More than there are actions and resources. */
export const MOST_USAGES = 100;

export const usageOfKey = {
  kind: 'children',
  entity: () => KeyUsage,
  type: 'KeyUsage',
  by: 'keyId',
  order: { property: 'lastAt', direction: 'DESC' },
} as const satisfies RelationSpec<KeyUsage>;
