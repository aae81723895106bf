/** Bundle and state -> what an import would do, as steps; a pure function, so that planning and applying agree. */
import { createHash } from 'node:crypto';
import { accountOfRows } from '../../graph/queries/account-of-rows';
import type { JsonRecord } from '../../graph/queries/account-row';
import type { Bundle, Wanted } from '../bundle/bundle';
import { canonical, differences, isEqual, pathText, type Difference } from '../bundle/canonical';
import { findConflicts, type Outcome } from './conflicts';
import {
  compare,
  nameOf,
  partsOf,
  placeholder,
  placeholderName,
  secretName,
  type Entries,
  type StoredEntry,
} from '../bundle/entry';
import { placeholdersOf } from '../bundle/export';
import type { Kind } from '../bundle/sections';
import { match, type Matched } from './match';
import type { ImportAction, ImportChange, ImportPlan, ImportProblem, SecretPlaceholder } from '../promotion.objects';
import type { State } from './current-config';

export interface Request {
  readonly accountId: string;
  readonly bundle: Bundle;
  readonly prune: boolean;
  /** Names of the secrets that will be given. */
  readonly secretNames: readonly string[];
}

/** What is done to one row. */
export interface Step {
  readonly action: Exclude<ImportAction, 'RESTORE'>;
  readonly kind: Kind;
  readonly wanted: Wanted | null;
  readonly stored: StoredEntry | null;
  readonly name: string;
  /** The entry's fields that are written. */
  readonly fields: readonly string[];
  readonly differences: readonly Difference[];
  /** The secret that is written with it. */
  readonly secret: string | null;
}

export interface Planned {
  readonly steps: readonly Step[];
  readonly referred: Outcome['referred'];
  readonly plan: ImportPlan;
}

/** What a row's secret will be: kept as it is stored, given, missing, or there is none. */
interface Binding {
  readonly entry: JsonRecord;
  readonly given: string | null;
  readonly missing: SecretPlaceholder | null;
}

function bind({ wanted, stored }: Matched, { secretNames, bundle }: Request): Binding {
  const { kind, entry, path } = wanted;
  const none = { entry, given: null, missing: null };
  const { secretField: concealed } = kind.resource.mutations;
  const [secret] = placeholdersOf(kind, entry, (part) => pathText(bundle.placeOf([...path, ...part]).path));
  const value = concealed && partsOf(entry[concealed.property]);
  const part = value && concealed.secretPart(value);
  if (!concealed || !secret || !value || !part) return none;
  if (secretNames.includes(secret.name)) return { ...none, given: secret.name };
  // Stored secrets are called after their rows, whatever the bundle calls them.
  const own = { ...value, [part]: placeholder(secretName(String(entry.name), part)) };
  const kept = { ...entry, [concealed.property]: own };
  const isStored = stored !== null && isEqual(stored.entry[concealed.property], own);
  return isStored ? { ...none, entry: kept } : { ...none, missing: secret };
}

const GIVEN = '(a secret that is given)';
const STORED = '(the secret that is stored)';

function replacedSecret({ wanted, stored }: Matched): Difference {
  const property = wanted.kind.resource.mutations.secretField?.property ?? '';
  const value = partsOf(wanted.entry[property]);
  const part = Object.keys(value).find((one) => placeholderName(value[one]) !== null) ?? '';
  const old = partsOf(stored?.entry[property]);
  return { path: `${property}.${part}`, before: placeholderName(old[part]) === null ? null : STORED, after: GIVEN };
}

function stepOf(matched: Matched, { entry, given }: Binding): Step {
  const { wanted, stored } = matched;
  const { kind } = wanted;
  const secret = given === null ? null : replacedSecret(matched);
  const plain = differences(stored?.entry ?? {}, entry).filter(({ path }) => path !== secret?.path);
  const found = secret === null ? plain : [...plain, secret];
  const action = stored === null ? 'CREATE' : found.length === 0 ? 'UNCHANGED' : 'UPDATE';
  const fields = kind.fields.filter((field) => !isEqual(stored?.entry[field] ?? null, entry[field] ?? null));
  const { property = '' } = given === null ? {} : (kind.resource.mutations.secretField ?? {});
  const written = fields.includes(property) || property === '' ? fields : [...fields, property];
  const name = nameOf(kind, entry);
  return { action, kind, wanted, stored, name, fields: written, differences: found, secret: given };
}

const deletionOf = ({ kind, stored }: { readonly kind: Kind; readonly stored: StoredEntry }): Step => ({
  action: 'DELETE',
  kind,
  wanted: null,
  stored,
  name: nameOf(kind, stored.entry),
  fields: [],
  differences: [],
  secret: null,
});

/** Rows that go: those of complete sections that the bundle does not name, and what belongs to them. */
function deletions(
  others: readonly { readonly kind: Kind; readonly stored: StoredEntry }[],
  complete: readonly string[],
): Step[] {
  const gone = new Set(others.filter(({ kind }) => complete.includes(kind.section)));
  const names = (type: string): Set<unknown> =>
    new Set([...gone].filter(({ kind }) => kind.type === type).map(({ stored }) => stored.entry.name));
  for (const other of others) {
    const isDependent = other.kind.parents.some(
      ({ field, target, parent }) => parent.onDelete === 'cascade' && names(target).has(other.stored.entry[field]),
    );
    if (isDependent) gone.add(other);
  }
  return [...gone].map(deletionOf);
}

const shownChange = ({ action, kind, name, differences: fields }: Step): ImportChange => ({
  action,
  resourceType: kind.type,
  name,
  fields: fields.map((field) => ({ ...field })),
});

const ORDER: Readonly<Record<ImportAction, number>> = { CREATE: 0, UPDATE: 1, RESTORE: 2, DELETE: 3, UNCHANGED: 4 };

/** What is fixed by a plan: the target, its rows that are touched with their versions, what is wanted, and how. */
function hashOf({ accountId, prune, secretNames, bundle }: Request, steps: readonly Step[], outcome: Outcome): string {
  const rows = steps.map(({ action, kind, wanted, stored, secret }) => [
    action,
    kind.type,
    stored && [stored.row.id, stored.row.version],
    wanted && wanted.entry,
    secret,
  ]);
  const referred = outcome.referred.map(({ type, id }) => [type, id]);
  const asked = [accountId, prune, [...secretNames].sort(compare), bundle.complete, rows, referred];
  return createHash('sha256').update(canonical(asked)).digest('base64url');
}

function warningsOf({ bundle, prune }: Request, kinds: readonly Kind[], steps: readonly Step[]): string[] {
  const warnings = [...bundle.warnings];
  if (prune && bundle.complete.length === 0) {
    warnings.push('prune deletes nothing: the bundle names no section in `complete` that it would hold in full.');
  }
  const kept = kinds.map(({ section }) => section).filter((section) => !bundle.complete.includes(section));
  if (prune && bundle.complete.length > 0 && kept.length > 0) {
    warnings.push(`prune leaves ${kept.join(', ')} alone: the bundle does not hold them in full.`);
  }
  const unused = bundle.complete.length === 0 && steps.length === 0;
  if (unused) warnings.push('The bundle is empty: there is nothing to import.');
  return warnings;
}

const count = (steps: readonly Step[], wanted: ImportAction): number =>
  steps.filter(({ action }) => action === wanted).length;

/** Plans an import against a state; nothing is read or written. */
export function planAgainst(kinds: readonly Kind[], request: Request, state: State, entries: Entries): Planned {
  const { bundle, prune, accountId } = request;
  const { matched, others } = match(kinds, bundle.wanted, entries);
  const bound = matched.map((one) => ({ one, binding: bind(one, request) }));
  const steps = [
    ...bound.map(({ one, binding }) => stepOf(one, binding)),
    ...(prune ? deletions(others, bundle.complete) : []),
  ].sort(
    (left, right) =>
      ORDER[left.action] - ORDER[right.action] ||
      compare(left.kind.type, right.kind.type) ||
      compare(left.name, right.name),
  );
  const outcome = findConflicts(kinds, bundle, steps, entries, state);
  const missingSecrets = bound.flatMap(({ binding }) => (binding.missing ? [binding.missing] : []));
  const problems: readonly (readonly ImportProblem[])[] = [outcome.conflicts, outcome.missing];
  const plan: ImportPlan = {
    accountId: accountOfRows(accountId, state.accountIds),
    hash: hashOf(request, steps, outcome),
    applicable: problems.every(({ length }) => length === 0) && missingSecrets.length === 0,
    changes: steps.map(shownChange),
    summary: {
      create: count(steps, 'CREATE'),
      update: count(steps, 'UPDATE'),
      unchanged: count(steps, 'UNCHANGED'),
      delete: count(steps, 'DELETE'),
    },
    conflicts: [...outcome.conflicts],
    missing: [...outcome.missing],
    missingSecrets,
    warnings: warningsOf(request, kinds, steps),
  };
  return { steps, referred: outcome.referred, plan };
}
