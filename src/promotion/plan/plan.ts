/** Bundle and state -> what an import would do, as steps; a pure function, so that planning and applying agree. */
import { createHash } from 'node:crypto';
import { accountOfRows } from '../../graph/queries/account-of-rows';
import type { JsonRecord } from '../../graph/queries/account-row';
import type { Bundle, Wanted } from '../bundle/bundle';
import { canonical, differences, isEqual, type Difference } from '../bundle/canonical';
import { pathText } from '../../util/path-text';
import { findConflicts, type Outcome } from './conflicts';
import {
  compare,
  nameOf,
  placeholder,
  secretName,
  secretsOf,
  withValueAt,
  type Entries,
  type StoredEntry,
} from '../bundle/entry';
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

export interface Planned {
  readonly steps: readonly Step[];
  readonly referred: Outcome['referred'];
  readonly plan: ImportPlan;
}

/** What a row's secrets will be: kept as they are stored, given or missing. */
interface Binding {
  /** With the placeholders that an export has, whatever the bundle calls them. */
  readonly entry: JsonRecord;
  readonly given: readonly GivenSecret[];
  readonly missing: readonly SecretPlaceholder[];
}

function bind({ wanted, stored }: Matched, { secretNames, bundle }: Request): Binding {
  const { kind, entry, path } = wanted;
  const property = kind.resource.mutations.secretField?.property ?? '';
  const storedParts = new Set(stored ? secretsOf(kind, stored.entry).map(({ part }) => part) : []);
  const given: GivenSecret[] = [];
  const missing: SecretPlaceholder[] = [];
  let value: unknown = entry[property];
  for (const { part, path: inner, name } of secretsOf(kind, entry)) {
    if (name === null) continue;
    if (secretNames.includes(name)) given.push({ part, name, isStored: storedParts.has(part) });
    else if (!storedParts.has(part)) {
      const place = pathText(bundle.placeOf([...path, property, ...inner]).path);
      missing.push({ name, resourceType: kind.type, resourceName: nameOf(kind, entry), path: place });
      continue;
    }
    value = withValueAt(value, inner, placeholder(secretName(String(entry.name), part)));
  }
  return { entry: value === undefined ? entry : { ...entry, [property]: value }, given, missing };
}

const GIVEN = '(a secret that is given)';
const STORED = '(the secret that is stored)';

function stepOf(matched: Matched, { entry, given }: Binding): Step {
  const { wanted, stored } = matched;
  const { kind } = wanted;
  const { property = '' } = kind.resource.mutations.secretField ?? {};
  const secrets = given.map(({ part, isStored }): Difference => {
    return { path: `${property}.${part}`, before: isStored ? STORED : null, after: GIVEN };
  });
  const replaced = new Set(secrets.map(({ path }) => path));
  const plain = differences(stored?.entry ?? {}, entry).filter(({ path }) => !replaced.has(path));
  const found = [...plain, ...secrets];
  const action = stored === null ? 'CREATE' : found.length === 0 ? 'UNCHANGED' : 'UPDATE';
  const fields = kind.fields.filter((field) => !isEqual(stored?.entry[field] ?? null, entry[field] ?? null));
  const written = given.length === 0 || fields.includes(property) ? fields : [...fields, property];
  const name = nameOf(kind, entry);
  return { action, kind, wanted, stored, name, fields: written, differences: found, secrets: given };
}

const deletionOf = ({ kind, stored }: { readonly kind: Kind; readonly stored: StoredEntry }): Step => ({
  action: 'DELETE',
  kind,
  wanted: null,
  stored,
  name: nameOf(kind, stored.entry),
  fields: [],
  differences: [],
  secrets: [],
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
  const rows = steps.map(({ action, kind, wanted, stored, secrets }) => [
    action,
    kind.type,
    stored && [stored.row.id, stored.row.version],
    wanted && wanted.entry,
    secrets.map(({ part, name }) => [part, name]),
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
  const missingSecrets = bound.flatMap(({ binding }) => binding.missing);
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
