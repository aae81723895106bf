/** What blocks a plan: references that lead nowhere, rows still in use, cycles. */
import type { JsonRecord } from '../../graph/queries/account-row';
import type { Bundle } from '../bundle/bundle';
import type { DesiredEntry } from '../bundle/desired-entry';
import { pathText } from '../../util/path-text';
import { giveWay } from '../../util/slices';
import { nameOf, namesIn, type Entries } from '../bundle/entry';
import type { BundleSection, LinkField } from '../bundle/sections';
import type { Step } from './step';
import type { ImportProblem } from '../promotion.objects';
import type { CurrentConfig } from './current-config';
import { findCycle } from './find-cycle';
import type { Path } from '../bundle/parse-yaml';
import { rowQuota, type Quotas } from '../../db/quotas';

interface Referred {
  readonly type: string;
  readonly id: string;
}

export interface Outcome {
  readonly conflicts: readonly ImportProblem[];
  readonly missing: readonly ImportProblem[];
  /** Existing rows that the written rows refer to: they must not be deleted before the write. */
  readonly referred: readonly Referred[];
}

type Names = ReadonlyMap<string, ReadonlyMap<string, string | null>>;

/** Ids by type and name; null for rows still to be created. */
function namesOf(steps: readonly Step[], entries: Entries): { readonly after: Names; readonly gone: Names } {
  const after = new Map<string, Map<string, string | null>>();
  const gone = new Map<string, Map<string, string | null>>();
  const put = (names: typeof after, type: string, name: unknown, id: string | null): void => {
    const known = names.get(type) ?? new Map<string, string | null>();
    names.set(type, known.set(String(name), id));
  };
  for (const [type, rows] of entries) for (const { row, entry } of rows) put(after, type, entry.name, row.id);
  for (const { action, section, desired, stored } of steps) {
    if (action === 'CREATE') put(after, section.type, desired?.entry.name, null);
    if (action !== 'DELETE') continue;
    after.get(section.type)?.delete(String(stored?.entry.name));
    put(gone, section.type, stored?.entry.name, stored?.row.id ?? null);
  }
  return { after, gone };
}

interface Use {
  readonly target: string;
  readonly name: string;
  readonly path: Path;
}

/** An entry's references, with their places; of parents only those that are not deleted with their parent. */
function usesOf({ parents, links }: BundleSection, entry: JsonRecord, path: Path): Use[] {
  return [...parents, ...links].flatMap(({ field, target }) => {
    const value = entry[field];
    if (Array.isArray(value)) {
      return value.map((name: unknown, index) => ({ target, name: String(name), path: [...path, field, index] }));
    }
    return typeof value === 'string' ? [{ target, name: value, path: [...path, field] }] : [];
  });
}

const quoted = (name: string): string => JSON.stringify(name);

/** The resulting links, by row; a row still to be created is identified by its name. Links of deleted rows count. */
function graphAfter(link: LinkField, steps: readonly Step[], pairs: Iterable<readonly [string, string]>, names: Names) {
  const next = new Map<string, string[]>();
  const put = (from: string, to: string): void => {
    const targets = next.get(from);
    if (targets) targets.push(to);
    else next.set(from, [to]);
  };
  const nodeOf = (name: string): string => names.get(link.target)?.get(name) ?? `new ${name}`;
  const replaced = new Set<string>();
  for (const { section, desired, stored } of steps) {
    if (!desired || !section.links.includes(link)) continue;
    const from = stored?.row.id ?? `new ${String(desired.entry.name)}`;
    replaced.add(from);
    for (const name of namesIn(desired.entry[link.field])) put(from, nodeOf(name));
  }
  for (const [from, to] of pairs) if (!replaced.has(from)) put(from, to);
  return next;
}

class Search {
  readonly conflicts: ImportProblem[] = [];
  readonly missing: ImportProblem[] = [];
  readonly referred = new Map<string, Referred>();
  readonly #names: ReturnType<typeof namesOf>;

  constructor(
    private readonly sections: readonly BundleSection[],
    private readonly bundle: Bundle,
    private readonly steps: readonly Step[],
    private readonly entries: Entries,
  ) {
    this.#names = namesOf(steps, entries);
  }

  references({ section, entry, path }: DesiredEntry, isWritten: boolean): void {
    for (const { target, name, path: at } of usesOf(section, entry, path)) {
      const id = this.#names.after.get(target)?.get(name);
      if (typeof id === 'string' && isWritten) this.referred.set(id, { type: target, id });
      if (id !== undefined) continue;
      const goes = this.#names.gone.get(target)?.has(name) === true;
      const what = `${this.#textOf(at)} names the ${target} ${quoted(name)}`;
      if (goes) this.#add(this.conflicts, at, `${what}, which this import would delete. Keep it in the bundle.`);
      else
        this.#add(
          this.missing,
          at,
          `${what}, which is neither in the bundle nor in the account. Add it to the bundle.`,
        );
    }
  }

  /** Rows that are deleted although remaining rows refer to them. */
  uses(): void {
    const isTouched = new Set(this.steps.map(({ stored }) => stored));
    for (const { section, desired } of this.steps) if (!desired) this.#usesOf(section, isTouched);
  }

  readonly #checkedTypes = new Set<string>();

  #usesOf({ type }: BundleSection, isTouched: ReadonlySet<unknown>): void {
    if (this.#checkedTypes.has(type)) return;
    this.#checkedTypes.add(type);
    const gone = this.#names.gone.get(type);
    for (const section of this.sections) {
      for (const stored of this.entries.get(section.type) ?? []) {
        if (isTouched.has(stored)) continue;
        const use = usesOf(section, stored.entry, []).find(({ target, name }) => target === type && gone?.has(name));
        if (!use) continue;
        const who = `${section.type} ${quoted(nameOf(section, stored.entry))}`;
        const message = `The ${type} ${quoted(use.name)} cannot be deleted: the ${who} refers to it. Change that one first, or keep both.`;
        this.conflicts.push({ message, path: '', line: null });
      }
    }
  }

  cycle(link: LinkField, pairs: Iterable<readonly [string, string]>): void {
    const cycle = findCycle(graphAfter(link, this.steps, pairs, this.#names.after));
    if (!cycle) return;
    const names = new Map([...(this.#names.after.get(link.target) ?? [])].map(([name, id]) => [id, name]));
    const path = cycle.map((node) => quoted(names.get(node) ?? node.replace(/^new /, ''))).join(' -> ');
    const step = this.steps.find(
      ({ desired, stored }) => desired && cycle.includes(stored?.row.id ?? `new ${String(desired.entry.name)}`),
    );
    const at = step?.desired ? [...step.desired.path, link.field] : [];
    this.#add(this.conflicts, at, `${this.#textOf(at)} would form a cycle: ${path}. Remove one of these references.`);
  }

  #add(problems: ImportProblem[], path: Path, message: string): void {
    problems.push({ message, path: this.#textOf(path), line: this.bundle.placeOf(path).line });
  }

  #textOf(path: Path): string {
    return pathText(this.bundle.placeOf(path).path);
  }
}

export async function findConflicts(
  sections: readonly BundleSection[],
  bundle: Bundle,
  steps: readonly Step[],
  entries: Entries,
  config: CurrentConfig,
): Promise<Outcome> {
  const search = new Search(sections, bundle, steps, entries);
  for (const { action, desired } of steps) {
    await giveWay();
    if (desired) search.references(desired, action !== 'UNCHANGED');
  }
  search.uses();
  for (const link of sections.flatMap(({ links }) => links)) {
    await giveWay();
    if (link.link.acyclic) search.cycle(link, config.links.get(link.link) ?? []);
  }
  const { conflicts, missing, referred } = search;
  return { conflicts, missing, referred: [...referred.values()] };
}

export function findQuotaConflicts(
  sections: readonly BundleSection[],
  steps: readonly Step[],
  config: CurrentConfig,
  quotas: Quotas,
): ImportProblem[] {
  return sections.flatMap((section) => {
    const { maximum, refusal } = rowQuota(quotas, section.name);
    const count = (action: Step['action']): number =>
      steps.filter((step) => step.section === section && step.action === action).length;
    const created = count('CREATE');
    const rows = (config.rows.get(section.type)?.length ?? 0) + created - count('DELETE');
    if (maximum === 0 || created === 0 || rows <= maximum) return [];
    return [{ message: `${refusal().message} This import would make it ${rows}.`, path: section.name, line: null }];
  });
}
