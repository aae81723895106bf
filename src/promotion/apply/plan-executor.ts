/** Stores the steps of a plan: all rows of a kind in one statement, then what joins them. */
import { newId } from '../../db/ids';
import type { Changed, Transaction } from '../../db/transaction';
import type { AccountRow, JsonRecord } from '../../graph/queries/account-row';
import { validate } from '../../graph/mutations/row-schema';
import { nameIn, namesIn, secretsOf, textOf, withValueAt } from '../bundle/entry';
import type { Inverse, Touched, UpdatedRow } from './undo-log';
import type { Kind } from '../bundle/sections';
import { outdated } from '../plan/stale-plan';
import type { Step } from '../plan/plan';
import type { State } from '../plan/current-config';

type Patch = JsonRecord & { readonly id: string };

interface Tally {
  readonly created: Touched[];
  readonly updated: UpdatedRow[];
  readonly deleted: Touched[];
}

/** As it travels in JSON: bytes in PostgreSQL's notation. */
const portable = (value: unknown): unknown => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value);

const own = (row: object, property: string): unknown => Object.getOwnPropertyDescriptor(row, property)?.value;

export class Store {
  /** Ids by type and name: live rows that stay, and rows that are created. */
  readonly #ids = new Map<string, Map<string, string>>();
  readonly #deletions = new Map<string, string>();
  readonly #done: Tally = { created: [], updated: [], deleted: [] };

  constructor(
    private readonly transaction: Transaction,
    private readonly accountId: string,
    private readonly kinds: readonly Kind[],
    private readonly steps: readonly Step[],
    private readonly state: State,
    private readonly secrets: ReadonlyMap<string, string>,
  ) {
    for (const { type } of kinds) {
      const rows = state.rows.get(type) ?? [];
      this.#ids.set(type, new Map(rows.map(({ id, values }) => [nameIn(values), id])));
    }
  }

  /**
   * @throws GatewayError PLAN_OUTDATED when a row is not as the plan knew it.
   */
  async run(): Promise<Inverse> {
    const rows = await this.#lock();
    const created = new Map(this.#of('CREATE').map((step) => [step, newId()]));
    for (const [{ kind, wanted }, id] of created) this.#ids.get(kind.type)?.set(String(wanted?.entry.name), id);
    for (const kind of this.kinds) {
      await this.#create(kind, created);
      await this.#update(kind, rows);
    }
    for (const kind of this.kinds) await this.#join(kind, created);
    for (const kind of this.kinds) await this.#delete(kind);
    return this.#done;
  }

  #of(action: Step['action'], kind?: Kind): Step[] {
    return this.steps.filter((step) => step.action === action && (kind === undefined || step.kind === kind));
  }

  /** The rows that are changed, whole, by id. */
  async #lock(): Promise<Map<string, AccountRow>> {
    const rows = new Map<string, AccountRow>();
    for (const kind of this.kinds) {
      const touched = [...this.#of('UPDATE', kind), ...this.#of('DELETE', kind)];
      const ids = touched.map(({ stored }) => stored?.row.id ?? '');
      for (const row of await this.transaction.lockRows(kind.resource.entity, ids, { lock: 'UPDATE' }))
        rows.set(row.id, row);
      const moved = touched.find(({ stored }) => rows.get(stored?.row.id ?? '')?.version !== stored?.row.version);
      if (moved) throw outdated(`The ${kind.type} ${JSON.stringify(moved.name)} was changed since.`);
    }
    return rows;
  }

  /** The draft with ids in place of names, and with its secrets: those that are given, and those that are stored. */
  #draft(step: Step, row: AccountRow | null): JsonRecord {
    const { kind, wanted, fields } = step;
    if (!wanted) throw new Error('A row that goes has no draft');
    const draft: JsonRecord = { ...wanted.draft };
    for (const { parent, field, target } of kind.parents) {
      draft[parent.column] = this.#ids.get(target)?.get(textOf(wanted.entry[field])) ?? null;
    }
    const { secretField, rowSchema: rules } = kind.resource.mutations;
    if (!secretField || !fields.includes(secretField.property)) return draft;
    const secrets = secretsOf(kind, wanted.entry);
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

  async #create(kind: Kind, created: ReadonlyMap<Step, string>): Promise<void> {
    const { mutations: writing, entity } = kind.resource;
    const { vault } = this.transaction.scope.database;
    const rows: JsonRecord[] = [];
    for (const step of this.#of('CREATE', kind)) {
      const id = created.get(step) ?? '';
      const draft = this.#draft(step, null);
      await writing.check?.(this.transaction, draft, null);
      const derivation = { id, accountId: this.accountId, row: null, input: draft, vault };
      rows.push({ ...draft, ...writing.computed?.(draft, derivation), id });
      this.#done.created.push({ type: kind.type, id, name: step.name, version: 1 });
    }
    await this.transaction.insertAll(this.transaction.table(entity), this.accountId, rows);
  }

  async #update(kind: Kind, rows: ReadonlyMap<string, AccountRow>): Promise<void> {
    const { mutations: writing, entity } = kind.resource;
    const { vault } = this.transaction.scope.database;
    const patches: Patch[] = [];
    const before = new Map<string, Omit<UpdatedRow, 'version'>>();
    for (const step of this.#of('UPDATE', kind)) {
      const row = rows.get(step.stored?.row.id ?? '');
      if (!row) throw new Error('A row that is updated was locked');
      const whole = this.#draft(step, row);
      const columns = step.fields.flatMap((field) => this.#columnOf(kind, field) ?? []);
      const given = Object.fromEntries(columns.map((column) => [column, whole[column]]));
      const draft = { ...whole, ...unchanged(kind, row, given) };
      await writing.check?.(this.transaction, draft, row);
      const patch = {
        ...given,
        ...writing.computed?.(draft, { id: row.id, accountId: this.accountId, row, input: given, vault }),
      };
      patches.push({ ...patch, id: row.id });
      before.set(row.id, {
        type: kind.type,
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

  /** The column that a field of an entry is stored in; undefined for links. */
  #columnOf({ columns, parents }: Kind, field: string): string | undefined {
    if (columns.has(field)) return field;
    return parents.find((one) => one.field === field)?.parent.column;
  }

  #linksBefore({ kind, fields }: Step, id: string): Record<string, string[]> {
    const replaced = kind.links.filter(({ field }) => fields.includes(field));
    return Object.fromEntries(
      replaced.map(({ link }) => {
        const pairs = this.state.links.get(link) ?? [];
        return [link.input, pairs.filter(([near]) => near === id).map(([, far]) => far)];
      }),
    );
  }

  async #join(kind: Kind, created: ReadonlyMap<Step, string>): Promise<void> {
    for (const { field, link, target } of kind.links) {
      const table = this.transaction.table(link.joinTable);
      const changed = [...this.#of('CREATE', kind), ...this.#of('UPDATE', kind)].filter(({ fields }) =>
        fields.includes(field),
      );
      const idOf = (step: Step): string => created.get(step) ?? step.stored?.row.id ?? '';
      const old = changed.filter(({ stored }) => stored !== null).map(idOf);
      await this.transaction.unlinkAll({ table, near: link.sourceKey, far: link.targetKey }, this.accountId, old);
      const rows = changed.flatMap((step) =>
        namesIn(step.wanted?.entry[field]).map((name) => ({
          [link.sourceKey]: idOf(step),
          [link.targetKey]: this.#ids.get(target)?.get(name) ?? null,
        })),
      );
      await this.transaction.insertAll(table, this.accountId, rows);
    }
  }

  /** Rows that go because of another go under its deletion, as when they are deleted by hand. */
  async #delete(kind: Kind): Promise<void> {
    const steps = this.#of('DELETE', kind);
    const deletedAt = new Date().toISOString();
    const patches = steps.map(({ stored }): Patch => {
      const { id = '', values = {} } = stored?.row ?? {};
      const above = kind.parents.map(({ parent }) => this.#deletions.get(String(values[parent.column])));
      const deletionId = above.find((one) => one !== undefined) ?? newId();
      this.#deletions.set(id, deletionId);
      return { id, deletedAt, deletionId };
    });
    const names = new Map(steps.map(({ stored, name }) => [stored?.row.id, name]));
    const table = this.transaction.table(kind.resource.entity);
    const changed = await this.transaction.updateAll(table, this.accountId, patches);
    this.#refuseFewer(changed, patches.length);
    for (const { id, version } of changed) {
      this.#done.deleted.push({ type: kind.type, id, name: names.get(id) ?? '', version });
    }
  }

  #refuseFewer(changed: readonly Changed[], expected: number): void {
    if (changed.length !== expected) throw outdated('A row that the plan changes is gone.');
  }
}

/** What is concealed stays as it is stored unless it is given anew. */
function unchanged({ resource }: Kind, row: AccountRow, given: JsonRecord): JsonRecord {
  const property = resource.mutations.secretField?.property;
  return property === undefined || property in given ? {} : { [property]: own(row, property) };
}
