/** What undoes an import, stored with it: ids, versions and former values of the rows it touched. */
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
  /** The row's version after the import. */
  readonly version: number;
}

export interface UpdatedRow extends Touched {
  /** Former columns; bytes in PostgreSQL's notation. */
  readonly before: JsonRecord;
  /** Former ids by the input of the link, for the links that the import replaced. */
  readonly links: Readonly<Record<string, readonly string[]>>;
}

/** A row that an undo restored to its content at an earlier version; the version itself only grows. */
export interface Reverted {
  readonly id: string;
  /** The version before the import. */
  readonly from: number;
  /** The version with the same content after the undo. */
  readonly to: number;
}

export interface UndoLog {
  readonly created: readonly Touched[];
  readonly updated: readonly UpdatedRow[];
  readonly deleted: readonly Touched[];
  /** All that is kept of an import once it is undone. */
  readonly reverted?: readonly Reverted[];
}

/** The version with the same content as this one, after the undos that restored it. */
export function currentVersion(reverted: readonly Reverted[], id: string, version: number): number {
  const steps = new Map(reverted.filter((row) => row.id === id).map(({ from, to }) => [from, to]));
  let current = version;
  for (let next = steps.get(current); next !== undefined; next = steps.get(current)) current = next;
  return current;
}

const FIELD = 'configuration_import.inverse';

export const encryptUndoLog = (vault: Vault, undoLog: UndoLog, accountId: string, rowId: string): Buffer =>
  vault.encrypt(JSON.stringify(undoLog), { accountId, rowId, field: FIELD });

/** What was encrypted was written by this gateway. */
export const decryptUndoLog = (vault: Vault, ciphertext: Buffer, accountId: string, rowId: string): UndoLog =>
  JSON.parse(vault.decrypt(ciphertext, { accountId, rowId, field: FIELD })) as UndoLog;

type Sealing = Pick<Resource, 'names' | 'encryptedColumns'>;

/** A former secret is kept as it was stored: encrypted, and bound to its row. */
function renewed(from: Vault, to: Vault, column: EncryptedColumn, accountId: string, row: UpdatedRow): UpdatedRow {
  const former = row.before[column.column];
  if (typeof former !== 'string') return row;
  const place = encryptionContextOf(column, accountId, row.id);
  const bytes = to.encrypt(from.decrypt(Buffer.from(former.slice(2), 'hex'), place), place);
  return { ...row, before: { ...row.before, [column.column]: `\\x${bytes.toString('hex')}` } };
}

/** For changing the secrets key: the undo logs, and the former secrets within them. */
export const keptUndoLogs = (from: Vault, to: Vault, resources: readonly Sealing[]): KeyedColumn => ({
  table: 'configuration_import',
  column: 'inverse',
  context: ['account_id', 'id'],
  renew: (value, [accountId, id]) => {
    if (!Buffer.isBuffer(value)) throw new Error('configuration_import.inverse holds no bytes');
    const [account, row] = [accountId ?? '', id ?? ''];
    const undoLog = decryptUndoLog(from, value, account, row);
    const updated = undoLog.updated.map((one) =>
      (resources.find(({ names }) => names.type === one.type)?.encryptedColumns ?? []).reduce(
        (renewing, column) => renewed(from, to, column, account, renewing),
        one,
      ),
    );
    return encryptUndoLog(to, { ...undoLog, updated }, account, row);
  },
});
