/** The columns that resources keep sealed: where a secret belongs, and sealing all of them anew under another key. */
import { sealedColumn, type KeyedColumn } from '../../db/setup/rotate-secrets-key';
import type { Place, Vault } from '../../db/vault';
import type { Resource, SealedColumn } from '../resource';

export const placeOf = ({ table, column }: SealedColumn, accountId: string, rowId: string): Place => ({
  accountId,
  rowId,
  field: `${table}.${column}`,
});

export const sealedColumns = (from: Vault, to: Vault, resources: readonly Pick<Resource, 'sealed'>[]): KeyedColumn[] =>
  resources
    .flatMap(({ sealed = [] }) => sealed)
    .map((one) =>
      sealedColumn(from, to, { ...one, context: ['account_id', 'id'] }, ([accountId, id]) =>
        placeOf(one, accountId ?? '', id ?? ''),
      ),
    );
