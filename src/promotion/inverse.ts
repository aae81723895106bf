/** What takes an import back, kept beside it: ids, versions and former values of the rows it touched. */
import type { Vault } from '../db/vault';
import type { JsonRecord } from '../graph/reading/row';

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
