/** Stores the steps of a plan: all rows of a section in one statement, then their links. */
import { newId } from '../../db/ids';
import type { Changed, Transaction } from '../../db/transaction';
import type { AccountRow, JsonRecord } from '../../graph/queries/account-row';
import { validate } from '../../graph/mutations/row-schema';
import type { ManyToMany } from '../../graph/resource';
import { giveWay } from '../../util/slices';
import { nameIn, namesIn, secretsOf, textOf, withValueAt } from '../bundle/entry';
import type { UndoLog, Touched, UpdatedRow } from './undo-log';
import type { BundleSection } from '../bundle/sections';
import { stalePlan } from '../plan/stale-plan';
import type { Step } from '../plan/step';
import type { CurrentConfig } from '../plan/current-config';

type Patch = JsonRecord & { readonly id: string };

interface Tally {
  readonly created: Touched[];
  readonly updated: UpdatedRow[];
  readonly deleted: Touched[];
}

/** As in JSON: bytes in PostgreSQL's notation. */
const portable = (value: unknown): unknown => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value);

const own = (row: object, property: string): unknown => Object.getOwnPropertyDescriptor(row, property)?.value;

export class PlanExecutor {
  /** Ids by type and name: rows that stay, and rows that are created. */
  readonly #ids = new Map<string, Map<string, string>>();
  /** Targets by source, before the import. */
  readonly #links = new Map<ManyToMany, ReadonlyMap<string, readonly string[]>>();
  readonly #deletions = new Map<string, string>();
  readonly #done: Tally = { created: [], updated: [], deleted: [] };

  constructor(
    private readonly transaction: Transaction,
    private readonly accountId: string,
    private readonly sections: readonly BundleSection[],
    private readonly steps: readonly Step[],
    config: CurrentConfig,
    private readonly secrets: ReadonlyMap<string, string>,
  ) {
    for (const { type } of sections) {
      const rows = config.rows.get(type) ?? [];
      this.#ids.set(type, new Map(rows.map(({ id, values }) => [nameIn(values), id])));
    }
    for (const { section, desired, stored } of steps)
      if (desired && stored) this.#ids.get(section.type)?.set(String(desired.entry.name), stored.row.id);
    for (const { link } of sections.flatMap(({ links }) => links)) {
      const targets = new Map<string, string[]>();
      for (const [source, target] of config.links.get(link) ?? [])
        targets.set(source, [...(targets.get(source) ?? []), target]);
      this.#links.set(link, targets);
    }
  }

  /**
   * @throws GatewayError PLAN_OUTDATED when a row differs from the plan's.
   */
  async run(): Promise<UndoLog> {
    const rows = await this.#lock();
    const created = new Map(this.#of('CREATE').map((step) => [step, newId()]));
    for (const [{ section, desired }, id] of created) this.#ids.get(section.type)?.set(String(desired?.entry.name), id);
    for (const section of this.sections) {
      await this.#create(section, created);
      await this.#update(section, rows);
    }
    for (const section of this.sections) await this.#join(section, created);
    for (const section of this.sections) await this.#delete(section, rows);
    return this.#done;
  }

  #of(action: Step['action'], section?: BundleSection): Step[] {
    return this.steps.filter((step) => step.action === action && (section === undefined || step.section === section));
  }

  /** The complete changed rows, by id. */
  async #lock(): Promise<Map<string, AccountRow>> {
    const rows = new Map<string, AccountRow>();
    for (const section of this.sections) {
      const touched = [...this.#of('UPDATE', section), ...this.#of('DELETE', section)];
      const ids = touched.map(({ stored }) => stored?.row.id ?? '');
      for (const row of await this.transaction.lockRows(section.resource.entity, ids, { lock: 'UPDATE' }))
        rows.set(row.id, row);
      const moved = touched.find(({ stored }) => rows.get(stored?.row.id ?? '')?.version !== stored?.row.version);
      if (moved) throw stalePlan(`The ${section.type} ${JSON.stringify(moved.name)} has been changed since.`);
    }
    return rows;
  }

  /** The draft with ids instead of names, and with its secrets, both given and stored. */
  #draft(step: Step, row: AccountRow | null): JsonRecord {
    const { section, desired, fields } = step;
    if (!desired) throw new Error('A row that goes has no draft');
    const draft: JsonRecord = { ...desired.draft };
    for (const { parent, field, target } of section.parents) {
      draft[parent.column] = this.#ids.get(target)?.get(textOf(desired.entry[field])) ?? null;
    }
    const { secretField, rowSchema: rules } = section.resource.mutations;
    if (!secretField || !fields.includes(secretField.property)) return draft;
    const secrets = secretsOf(section, desired.entry);
    if (secrets.length === 0) return draft;
    const stored = row ? secretField.reveal(row, this.transaction.scope.database.vault) : new Map<string, string>();
    const given = new Map(step.secrets.map(({ part, name }) => [part, this.secrets.get(name)]));
    const open = secrets.reduce<unknown>(
      (value, { part, path }) => withValueAt(value, path, given.get(part) ?? stored.get(part)),
      draft[secretField.property],
    );
    const name = step.secrets[0]?.name;
    return validate(
      rules,
      { ...draft, [secretField.property]: open },
      name === undefined ? ['secrets'] : ['secrets', name],
    );
  }

  async #create(section: BundleSection, created: ReadonlyMap<Step, string>): Promise<void> {
    const { mutations: writing, entity } = section.resource;
    const { vault } = this.transaction.scope.database;
    const rows: JsonRecord[] = [];
    for (const step of this.#of('CREATE', section)) {
      await giveWay();
      const id = created.get(step) ?? '';
      const draft = this.#draft(step, null);
      writing.authorize?.(this.transaction.scope.caller, null, draft);
      const derivation = { id, accountId: this.accountId, row: null, input: draft, vault };
      rows.push({ ...draft, ...writing.computed?.(draft, derivation), id });
      this.#done.created.push({ type: section.type, id, name: step.name, version: 1 });
    }
    await this.transaction.insertAll(this.transaction.table(entity), this.accountId, rows);
  }

  async #update(section: BundleSection, rows: ReadonlyMap<string, AccountRow>): Promise<void> {
    const { mutations: writing, entity } = section.resource;
    const { vault } = this.transaction.scope.database;
    const patches: Patch[] = [];
    const before = new Map<string, Omit<UpdatedRow, 'version'>>();
    for (const step of this.#of('UPDATE', section)) {
      await giveWay();
      const row = rows.get(step.stored?.row.id ?? '');
      if (!row) throw new Error('A row that is updated was locked');
      const whole = this.#draft(step, row);
      const columns = step.fields.flatMap((field) => this.#columnOf(section, field) ?? []);
      const given = Object.fromEntries(columns.map((column) => [column, whole[column]]));
      const draft = { ...whole, ...unchanged(section, row, given) };
      writing.authorize?.(this.transaction.scope.caller, row, draft);
      const patch = {
        ...given,
        ...writing.computed?.(draft, { id: row.id, accountId: this.accountId, row, input: given, vault }),
      };
      patches.push({ ...patch, id: row.id });
      before.set(row.id, {
        type: section.type,
        id: row.id,
        name: step.name,
        before: Object.fromEntries(Object.keys(patch).map((column) => [column, portable(own(row, column) ?? null)])),
        links: this.#linksBefore(step, row.id),
      });
    }
    const changed = await this.transaction.updateAll(this.transaction.table(entity), this.accountId, patches);
    this.#refuseFewer(changed, patches.length);
    for (const { id, version } of changed) {
      const known = before.get(id);
      if (known) this.#done.updated.push({ ...known, version });
    }
  }

  /** The column that stores a field of an entry; undefined for links. */
  #columnOf({ columns, parents }: BundleSection, field: string): string | undefined {
    if (columns.has(field)) return field;
    return parents.find((one) => one.field === field)?.parent.column;
  }

  #linksBefore({ section, fields }: Step, id: string): Record<string, string[]> {
    const replaced = section.links.filter(({ field }) => fields.includes(field));
    return Object.fromEntries(replaced.map(({ link }) => [link.input, [...(this.#links.get(link)?.get(id) ?? [])]]));
  }

  async #join(section: BundleSection, created: ReadonlyMap<Step, string>): Promise<void> {
    for (const { field, link, target } of section.links) {
      const table = this.transaction.table(link.joinTable);
      const changed = [...this.#of('CREATE', section), ...this.#of('UPDATE', section)].filter(({ fields }) =>
        fields.includes(field),
      );
      const idOf = (step: Step): string => created.get(step) ?? step.stored?.row.id ?? '';
      const old = changed.filter(({ stored }) => stored !== null).map(idOf);
      await this.transaction.unlinkAll({ table, near: link.sourceKey, far: link.targetKey }, this.accountId, old);
      const rows = changed.flatMap((step) =>
        namesIn(step.desired?.entry[field]).map((name) => ({
          [link.sourceKey]: idOf(step),
          [link.targetKey]: this.#ids.get(target)?.get(name) ?? null,
        })),
      );
      await this.transaction.insertAll(table, this.accountId, rows);
    }
  }

  /** Rows deleted because of another are deleted under its deletion, as when done by hand. */
  async #delete(section: BundleSection, rows: ReadonlyMap<string, AccountRow>): Promise<void> {
    const steps = this.#of('DELETE', section);
    const { mutations: writing, entity } = section.resource;
    for (const { stored } of steps) {
      const row = rows.get(stored?.row.id ?? '');
      if (!row) throw new Error('A row that is deleted was locked');
      writing.authorize?.(this.transaction.scope.caller, row, null);
    }
    const deletedAt = new Date().toISOString();
    const patches = steps.map(({ stored }): Patch => {
      const { id = '', values = {} } = stored?.row ?? {};
      const above = section.parents.map(({ parent }) => this.#deletions.get(String(values[parent.column])));
      const deletionId = above.find((one) => one !== undefined) ?? newId();
      this.#deletions.set(id, deletionId);
      return { id, deletedAt, deletionId };
    });
    const names = new Map(steps.map(({ stored, name }) => [stored?.row.id, name]));
    const table = this.transaction.table(entity);
    const changed = await this.transaction.updateAll(table, this.accountId, patches);
    this.#refuseFewer(changed, patches.length);
    for (const { id, version } of changed) {
      this.#done.deleted.push({ type: section.type, id, name: names.get(id) ?? '', version });
    }
  }

  #refuseFewer(changed: readonly Changed[], expected: number): void {
    if (changed.length !== expected) throw stalePlan('A row that the plan changes is gone.');
  }
}

/** A stored secret stays unless a new one is given. */
function unchanged({ resource }: BundleSection, row: AccountRow, given: JsonRecord): JsonRecord {
  const property = resource.mutations.secretField?.property;
  return property === undefined || property in given ? {} : { [property]: own(row, property) };
}
