/** A file of another tool as a bundle. */
import type { JsonRecord } from '../../graph/queries/account-row';
import type { Path } from '../bundle/parse-yaml';
import type { Remark } from './field-reader';

export interface Converted {
  readonly bundle: JsonRecord;
  /** What the file is, for people. */
  readonly what: string;
  readonly remarks: readonly Remark[];
  /** Where in the file a path of the bundle comes from. */
  placeOf(path: Path): Path;
}
