/** Encrypted columns: the encryption context of each value, and re-encryption with another key. */
import { encryptedColumn, type KeyedColumn } from '../../db/setup/rotate-secrets-key';
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
    .flatMap(({ encryptedColumns = [] }) => encryptedColumns)
    .map((column) =>
      encryptedColumn(from, to, { ...column, context: ['account_id', 'id'] }, ([accountId, id]) =>
        encryptionContextOf(column, accountId ?? '', id ?? ''),
      ),
    );
