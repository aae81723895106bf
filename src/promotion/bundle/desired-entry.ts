/** One entry of a bundle, checked. */
import type { JsonRecord } from '../../graph/queries/account-row';
import type { Path } from './parse-yaml';
import type { BundleSection, Entry } from './sections';

export interface DesiredEntry {
  readonly section: BundleSection;
  readonly path: Path;
  /** With defaults filled in, names in place of ids, and a placeholder for what is secret. */
  readonly entry: Entry;
  /** The draft's columns, those of parents apart. */
  readonly draft: JsonRecord;
  /** What the row is called in the account so far; null when that is not said. */
  readonly renamed: string | null;
}
