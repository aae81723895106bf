/** Bundle and current configuration -> the steps of an import; shared by planning and applying, so that they agree. */
import { createHash } from 'node:crypto';
import { accountOfRows } from '../../graph/queries/account-of-rows';
import type { JsonRecord } from '../../graph/queries/account-row';
import { canonical, differences, isEqual, type Difference } from '../../util/json-values';
import { pathText } from '../../util/path-text';
import { findConflicts, findQuotaConflicts, type Outcome } from './conflicts';
import {
  compare,
  nameOf,
  placeholder,
  secretName,
  secretsOf,
  withValueAt,
  entriesOf,
  type StoredEntry,
} from '../bundle/entry';
import type { BundleSection } from '../bundle/sections';
import { giveWay, mapInSlices } from '../../util/slices';
import { match, type Matched } from './match';
import { rename } from './rename';
import type { ImportAction, ImportChange, ImportPlan, ImportProblem, SecretPlaceholder } from '../promotion.objects';
import type { CurrentConfig } from './current-config';
import type { GivenSecret, Request, Step } from './step';

export interface Planned {
  readonly steps: readonly Step[];
  readonly referred: Outcome['referred'];
  readonly plan: ImportPlan;
}

/** What a row's secrets will be: kept as stored, given or missing. */
interface Binding {
  /** With the placeholders of an export, whatever the bundle calls them. */
  readonly entry: JsonRecord;
  readonly given: readonly GivenSecret[];
  readonly missing: readonly SecretPlaceholder[];
}

function bind({ desired, stored }: Matched, { secretNames, bundle }: Request): Binding {
  const { section, entry, path } = desired;
  const property = section.resource.mutations.secretField?.property ?? '';
  const storedParts = new Set(stored ? secretsOf(section, stored.entry).map(({ part }) => part) : []);
  const given: GivenSecret[] = [];
  const missing: SecretPlaceholder[] = [];
  let value: unknown = entry[property];
  for (const { part, path: inner, name } of secretsOf(section, entry)) {
    if (name === null) continue;
    if (secretNames.includes(name)) given.push({ part, name, isStored: storedParts.has(part) });
    else if (!storedParts.has(part)) {
      const place = pathText(bundle.placeOf([...path, property, ...inner]).path);
      missing.push({ name, resourceType: section.type, resourceName: nameOf(section, entry), path: place });
      continue;
    }
    value = withValueAt(value, inner, placeholder(secretName(String(entry.name), part)));
  }
  return { entry: value === undefined ? entry : { ...entry, [property]: value }, given, missing };
}

const GIVEN = '(a secret that is given)';
const STORED = '(the secret that is stored)';

function stepOf(matched: Matched, { entry, given }: Binding): Step {
  const { desired, stored } = matched;
  const { section } = desired;
  const { property = '' } = section.resource.mutations.secretField ?? {};
  const secrets = given.map(({ part, isStored }): Difference => {
    return { path: `${property}.${part}`, before: isStored ? STORED : null, after: GIVEN };
  });
  const replaced = new Set(secrets.map(({ path }) => path));
  const plain = differences(stored?.entry ?? {}, entry).filter(({ path }) => !replaced.has(path));
  const former = stored?.formerName;
  const renaming = former === undefined ? [] : [{ path: 'name', before: former, after: entry.name }];
  const found = [...renaming, ...plain, ...secrets];
  const action = stored === null ? 'CREATE' : found.length === 0 ? 'UNCHANGED' : 'UPDATE';
  const fields = section.fields.filter(
    (field) =>
      (field === 'name' && former !== undefined) || !isEqual(stored?.entry[field] ?? null, entry[field] ?? null),
  );
  const written = given.length === 0 || fields.includes(property) ? fields : [...fields, property];
  const name = nameOf(section, entry);
  return { action, section, desired, stored, name, fields: written, differences: found, secrets: given };
}

const deletionOf = ({ section, stored }: { readonly section: BundleSection; readonly stored: StoredEntry }): Step => ({
  action: 'DELETE',
  section,
  desired: null,
  stored,
  name: nameOf(section, stored.entry),
  fields: [],
  differences: [],
  secrets: [],
});

function namesByType(rows: readonly { readonly section: BundleSection; readonly stored: StoredEntry }[]) {
  const names = new Map<string, Set<unknown>>();
  for (const { section, stored } of rows)
    names.set(section.type, (names.get(section.type) ?? new Set()).add(stored.entry.name));
  return names;
}

/** Rows to delete: those of complete sections that the bundle does not name, and what belongs to them. */
function deletions(
  others: readonly { readonly section: BundleSection; readonly stored: StoredEntry }[],
  complete: readonly string[],
): Step[] {
  const gone = new Set(others.filter(({ section }) => complete.includes(section.name)));
  const names = namesByType([...gone]);
  for (const other of others) {
    const isDependent = other.section.parents.some(
      ({ field, target, parent }) =>
        parent.onDelete === 'cascade' && names.get(target)?.has(other.stored.entry[field]) === true,
    );
    if (!isDependent) continue;
    gone.add(other);
    names.set(other.section.type, (names.get(other.section.type) ?? new Set()).add(other.stored.entry.name));
  }
  return [...gone].map(deletionOf);
}

const shownChange = ({ action, section, name, differences: fields }: Step): ImportChange => ({
  action,
  resourceType: section.type,
  name,
  fields: fields.map((field) => ({ ...field })),
});

const ORDER: Readonly<Record<ImportAction, number>> = { CREATE: 0, UPDATE: 1, RESTORE: 2, DELETE: 3, UNCHANGED: 4 };

/** What a plan fixes: the target, the rows it touches with their versions, what is desired, and how. */
async function hashOf(
  { accountId, prune, secretNames, bundle }: Request,
  steps: readonly Step[],
  outcome: Outcome,
): Promise<string> {
  const hash = createHash('sha256');
  // JSON never contains a line feed, so no two plans give the same text.
  const put = (value: unknown): unknown => hash.update(`${canonical(value)}\n`);
  put([accountId, prune, [...secretNames].sort(compare), bundle.complete, steps.length]);
  for (const { action, section, desired, stored, secrets } of steps) {
    await giveWay();
    put([
      action,
      section.type,
      stored && [stored.row.id, stored.row.version],
      desired && desired.entry,
      secrets.map(({ part, name }) => [part, name]),
    ]);
  }
  put(outcome.referred.map(({ type, id }) => [type, id]));
  return hash.digest('base64url');
}

function warningsOf({ bundle, prune }: Request, sections: readonly BundleSection[], steps: readonly Step[]): string[] {
  const warnings = [...bundle.warnings];
  if (prune && bundle.complete.length === 0) {
    warnings.push('prune deletes nothing: the bundle lists no section in `complete`.');
  }
  const kept = sections.map(({ name }) => name).filter((section) => !bundle.complete.includes(section));
  if (prune && bundle.complete.length > 0 && kept.length > 0) {
    warnings.push(`prune does not delete ${kept.join(', ')}: the bundle does not contain these sections in full.`);
  }
  const unused = bundle.complete.length === 0 && steps.length === 0;
  if (unused) warnings.push('The bundle is empty: there is nothing to import.');
  return warnings;
}

const count = (steps: readonly Step[], wanted: ImportAction): number =>
  steps.filter(({ action }) => action === wanted).length;

/** Plans an import against the stored configuration; reads and writes nothing. */
export async function planAgainst(
  sections: readonly BundleSection[],
  request: Request,
  config: CurrentConfig,
): Promise<Planned> {
  const { bundle, prune, accountId } = request;
  const renamed = rename(sections, bundle.entries, await entriesOf(sections, config));
  const { matched, others } = await match(sections, bundle.entries, renamed.entries);
  const bound = await mapInSlices(matched, (each) => {
    const binding = bind(each, request);
    return { missing: binding.missing, step: stepOf(each, binding) };
  });
  const steps = [...bound.map(({ step }) => step), ...(prune ? deletions(others, bundle.complete) : [])].sort(
    (left, right) =>
      ORDER[left.action] - ORDER[right.action] ||
      compare(left.section.type, right.section.type) ||
      compare(left.name, right.name),
  );
  const outcome = await findConflicts(sections, bundle, steps, renamed.entries, config);
  const missingSecrets = bound.flatMap(({ missing }) => missing);
  const conflicts = [...outcome.conflicts, ...findQuotaConflicts(sections, steps, config, request.quotas)];
  const problems: readonly (readonly ImportProblem[])[] = [conflicts, outcome.missing];
  const plan: ImportPlan = {
    accountId: accountOfRows(accountId, config.accountIds),
    hash: await hashOf(request, steps, outcome),
    applicable: problems.every(({ length }) => length === 0) && missingSecrets.length === 0,
    changes: steps.map(shownChange),
    summary: {
      create: count(steps, 'CREATE'),
      update: count(steps, 'UPDATE'),
      unchanged: count(steps, 'UNCHANGED'),
      delete: count(steps, 'DELETE'),
    },
    conflicts,
    missing: [...outcome.missing],
    missingSecrets,
    warnings: [...warningsOf(request, sections, steps), ...renamed.warnings],
  };
  return { steps, referred: outcome.referred, plan };
}
