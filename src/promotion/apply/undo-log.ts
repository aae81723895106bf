/** What takes an import back, kept beside it: ids, versions and former values of the rows it touched. */
import type { KeyedColumn } from '../../db/setup/rotate-secrets-key';
import type { Vault } from '../../db/vault';
import type { JsonRecord } from '../../graph/queries/account-row';
import type { Resource, EncryptedColumn } from '../../graph/resource';
import { encryptionContextOf } from '../../graph/mutations/encrypted-columns';

export interface Touched {
  /** The resource's type. */
  readonly type: string;
  readonly id: string;
  readonly name: string;
  /** The version that the import left the row at. */
  readonly version: number;
}

export interface UpdatedRow extends Touched {
  /** Former columns; bytes in PostgreSQL's notation. */
  readonly before: JsonRecord;
  /** Former ids by the input of the link, for the links that the import replaced. */
  readonly links: Readonly<Record<string, readonly string[]>>;
}

export interface Inverse {
  readonly created: readonly Touched[];
  readonly updated: readonly UpdatedRow[];
  readonly deleted: readonly Touched[];
}

const FIELD = 'configuration_import.inverse';

export const sealInverse = (vault: Vault, inverse: Inverse, accountId: string, rowId: string): Buffer =>
  vault.seal(JSON.stringify(inverse), { accountId, rowId, field: FIELD });

/** What was sealed is what this gateway wrote. */
export const openInverse = (vault: Vault, sealed: Buffer, accountId: string, rowId: string): Inverse =>
  JSON.parse(vault.open(sealed, { accountId, rowId, field: FIELD })) as Inverse;

type Sealing = Pick<Resource, 'names' | 'encryptedColumns'>;

/** A former secret is kept as it was stored: sealed, and bound to its row. */
function renewed(from: Vault, to: Vault, column: EncryptedColumn, accountId: string, row: UpdatedRow): UpdatedRow {
  const former = row.before[column.column];
  if (typeof former !== 'string') return row;
  const place = encryptionContextOf(column, accountId, row.id);
  const bytes = to.seal(from.open(Buffer.from(former.slice(2), 'hex'), place), place);
  return { ...row, before: { ...row.before, [column.column]: `\\x${bytes.toString('hex')}` } };
}

/** For a change of the secrets key: the inverses, and the former secrets within them. */
export const keptInverses = (from: Vault, to: Vault, resources: readonly Sealing[]): KeyedColumn => ({
  table: 'configuration_import',
  column: 'inverse',
  context: ['account_id', 'id'],
  type: 'bytea',
  renew: (value, [accountId, id]) => {
    if (!Buffer.isBuffer(value)) throw new Error('configuration_import.inverse holds no bytes');
    const [account, row] = [accountId ?? '', id ?? ''];
    const inverse = openInverse(from, value, account, row);
    const updated = inverse.updated.map((one) =>
      (resources.find(({ names }) => names.type === one.type)?.encryptedColumns ?? []).reduce(
        (renewing, column) => renewed(from, to, column, account, renewing),
        one,
      ),
    );
    return sealInverse(to, { ...inverse, updated }, account, row);
  },
});
