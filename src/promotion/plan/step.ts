/** The request of an import, and its effect on one row. */
import type { Quotas } from '../../db/quotas';
import type { Bundle } from '../bundle/bundle';
import type { DesiredEntry } from '../bundle/desired-entry';
import type { Difference } from '../../util/json-values';
import type { StoredEntry } from '../bundle/entry';
import type { BundleSection } from '../bundle/sections';
import type { ImportAction } from '../promotion.objects';

export interface Request {
  readonly accountId: string;
  readonly bundle: Bundle;
  readonly prune: boolean;
  /** The account's quotas. */
  readonly quotas: Quotas;
  /** Names of the secrets that will be given. */
  readonly secretNames: readonly string[];
}

/** The effect on one row. */
export interface Step {
  readonly action: Exclude<ImportAction, 'RESTORE'>;
  readonly section: BundleSection;
  readonly desired: DesiredEntry | null;
  readonly stored: StoredEntry | null;
  readonly name: string;
  /** The entry's fields that are written. */
  readonly fields: readonly string[];
  readonly differences: readonly Difference[];
  readonly secrets: readonly GivenSecret[];
}

/** A secret given by name. */
export interface GivenSecret {
  /** Which of its row's secrets it is. */
  readonly part: string;
  readonly name: string;
  /** Whether it replaces a stored one. */
  readonly isStored: boolean;
}
