/** The usage of a key, as its fields and the access review read it. */
import type { RelationSpec } from '../../graph/queries/relations';
import { KeyUsageCount } from './key-last-used.entity';

/** More than there are actions and resources. */
export const MAX_USAGE_ROWS = 100;

export const usageOfKey = {
  kind: 'hasMany',
  entity: () => KeyUsageCount,
  type: 'KeyUsageCount',
  foreignKey: 'keyId',
  order: { property: 'lastAt', direction: 'DESC' },
} as const satisfies RelationSpec<KeyUsageCount>;
