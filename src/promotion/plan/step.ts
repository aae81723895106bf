/** What an import is asked to do, and what it does to one row. */
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
  /** How much the account may have. */
  readonly quotas: Quotas;
  /** Names of the secrets that will be given. */
  readonly secretNames: readonly string[];
}

/** What is done to one row. */
export interface Step {
  readonly action: Exclude<ImportAction, 'RESTORE'>;
  readonly section: BundleSection;
  readonly desired: DesiredEntry | null;
  readonly stored: StoredEntry | null;
  readonly name: string;
  /** The entry's fields that are written. */
  readonly fields: readonly string[];
  readonly differences: readonly Difference[];
  /** The secrets that are given for it. */
  readonly secrets: readonly GivenSecret[];
}

/** A secret that is given by name. */
export interface GivenSecret {
  /** Which of its row's secrets it is. */
  readonly part: string;
  readonly name: string;
  /** Whether it replaces one that is stored. */
  readonly isStored: boolean;
}
