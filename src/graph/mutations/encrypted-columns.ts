/** The columns that resources keep sealed: where a secret belongs, and sealing all of them anew under another key. */
import { sealedColumn, type KeyedColumn } from '../../db/setup/rotate-secrets-key';
import type { EncryptionContext, Vault } from '../../db/vault';
import type { Resource, EncryptedColumn } from '../resource';

export const encryptionContextOf = (
  { table, column }: EncryptedColumn,
  accountId: string,
  rowId: string,
): EncryptionContext => ({
  accountId,
  rowId,
  field: `${table}.${column}`,
});

export const encryptedColumns = (
  from: Vault,
  to: Vault,
  resources: readonly Pick<Resource, 'encryptedColumns'>[],
): KeyedColumn[] =>
  resources
    .flatMap(({ encryptedColumns: sealed = [] }) => sealed)
    .map((one) =>
      sealedColumn(from, to, { ...one, context: ['account_id', 'id'] }, ([accountId, id]) =>
        encryptionContextOf(one, accountId ?? '', id ?? ''),
      ),
    );
