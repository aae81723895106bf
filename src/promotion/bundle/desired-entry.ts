/** A validated entry of a bundle. */
import type { JsonRecord } from '../../graph/queries/account-row';
import type { Path } from './parse-yaml';
import type { BundleSection, Entry } from './sections';

export interface DesiredEntry {
  readonly section: BundleSection;
  readonly path: Path;
  /** With defaults filled in, names instead of ids, and placeholders instead of secrets. */
  readonly entry: Entry;
  /** The draft's columns, except those of parents. */
  readonly draft: JsonRecord;
  /** The row's current name in the account; null when not stated. */
  readonly renamed: string | null;
}
