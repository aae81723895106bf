/** Another tool's file as a bundle. */
import type { JsonRecord } from '../../graph/queries/account-row';
import type { Path } from '../bundle/parse-yaml';
import type { Remark } from './field-reader';

export interface Converted {
  readonly bundle: JsonRecord;
  /** The kind of file, for people. */
  readonly what: string;
  readonly remarks: readonly Remark[];
  /** The place in the file that a path of the bundle comes from. */
  placeOf(path: Path): Path;
}
