/** Undoes an import in one step: deletes what it created, reverts what it changed, restores what it deleted. */
import { undoneImports } from '../../db/statements/undone-imports';
import { isUuid } from '../../auth/caller';
import { newId } from '../../db/ids';
import type { Repository } from '../../db/repository';
import type { Scope } from '../../db/scope';
import { DatabaseTime, type Transaction } from '../../db/transaction';
import { GatewayError, notFound } from '../../errors';
import type { AccountRow, JsonRecord } from '../../graph/queries/account-row';
import type { Resource } from '../../graph/resource';
import { referencesTo } from '../../graph/mutations/references';
import { findCycle } from '../plan/find-cycle';
import { ConfigurationImport } from '../configuration-import.entity';
import { currentVersion, decryptUndoLog, encryptUndoLog, type UndoLog, type Reverted, type Touched } from './undo-log';
import { sectionsOf, type BundleSection } from '../bundle/sections';
import { refuseOtherSections } from '../permitted-sections';
import { lockLinksOf } from './locks';
import { orStalePlan, stalePlan } from '../plan/stale-plan';
import type { ImportAction, ImportChange, ImportResult } from '../promotion.objects';
import { readCurrentConfig } from '../plan/current-config';

const REMEDY = 'Nothing was changed. Check what is there now and change it by hand or with a new import.';

const quoted = (name: string): string => JSON.stringify(name);

/** The columns that a restored row no longer has set. */
const BACK = { deletedAt: null, deletionId: null };

type Patch = JsonRecord & { readonly id: string };

class Undo {
  /** The rows' versions when they were locked, by id. */
  readonly #versions = new Map<string, number>();

  constructor(
    private readonly transaction: Transaction,
    private readonly accountId: string,
    private readonly resources: readonly Resource[],
    private readonly sections: readonly BundleSection[],
    private readonly undoLog: UndoLog,
  ) {}

  /**
   * @returns what is stored instead of the former values.
   * @throws GatewayError PLAN_OUTDATED when a row has changed since the import, or is in use.
   */
  async run(): Promise<UndoLog> {
    for (const section of this.sections) await this.#lock(section);
    const deletionId = newId();
    const deletedAt = new Date().toISOString();
    for (const section of this.sections) {
      const { created, updated, deleted } = this.#of(section);
      await this.#change(section, [
        ...created.map(({ id }) => ({ id, deletedAt, deletionId })),
        ...updated.map(({ id, before }) => ({ id, ...before })),
        ...deleted.map(({ id }) => ({ id, ...BACK })),
      ]);
    }
    for (const section of this.sections) await this.#join(section);
    for (const section of this.sections) await this.#refuseUsed(section);
    await this.#refuseCycles();
    return { created: [], updated: [], deleted: [], reverted: this.#reverted() };
  }

  /** The state that an earlier import left is restored, at versions it does not know. */
  #reverted(): Reverted[] {
    const { updated, deleted } = this.undoLog;
    return [...updated, ...deleted].map(({ id, version }) => ({
      id,
      from: version - 1,
      to: (this.#versions.get(id) ?? version) + 1,
    }));
  }

  #of({ type }: BundleSection): UndoLog {
    const own = (row: Touched): boolean => row.type === type;
    const { created, updated, deleted } = this.undoLog;
    return { created: created.filter(own), updated: updated.filter(own), deleted: deleted.filter(own) };
  }

  async #lock(section: BundleSection): Promise<void> {
    const { created, updated, deleted } = this.#of(section);
    const touched = [...created, ...updated, ...deleted];
    const ids = touched.map(({ id }) => id);
    const found = await this.transaction.lockRows(section.resource.entity, ids, { lock: 'UPDATE', deleted: true });
    for (const row of found) this.#versions.set(row.id, row.version);
    this.#authorize(section, { created, updated, deleted }, found);
    const changed = touched.filter(({ id, version }) => this.#versions.get(id) !== version);
    if (changed.length === 0) return;
    const reverted = await this.#revertedBefore();
    const moved = changed.find(({ id, version }) => this.#versions.get(id) !== currentVersion(reverted, id, version));
    if (moved) throw stalePlan(`The ${section.type} ${quoted(moved.name)} has been changed since the import.`, REMEDY);
  }

  #authorize({ resource }: BundleSection, { created, updated, deleted }: UndoLog, rows: readonly AccountRow[]): void {
    const { caller } = this.transaction.scope;
    const before = new Map(updated.map((row) => [row.id, row.before]));
    const gone = new Set(created.map(({ id }) => id));
    const restored = new Set(deleted.map(({ id }) => id));
    for (const row of rows) {
      const after = gone.has(row.id) ? null : { ...row, ...before.get(row.id), ...(restored.has(row.id) && BACK) };
      resource.mutations.authorize?.(caller, row, after);
    }
  }

  /** The rows that earlier undos have already restored. */
  async #revertedBefore(): Promise<Reverted[]> {
    const { vault } = this.transaction.scope.database;
    const statement = undoneImports(this.transaction.table(ConfigurationImport));
    const rows = await this.transaction.read({ ...statement, values: [this.accountId] });
    return rows.flatMap(([id, log]) =>
      Buffer.isBuffer(log) ? (decryptUndoLog(vault, log, this.accountId, String(id)).reverted ?? []) : [],
    );
  }

  async #change(section: BundleSection, patches: readonly Patch[]): Promise<void> {
    await this.transaction.updateAll(this.transaction.table(section.resource.entity), this.accountId, patches);
  }

  /** Rows that the former links lead to must exist, unless they were deleted when the import was applied. */
  async #join(section: BundleSection): Promise<void> {
    const { updated } = this.#of(section);
    for (const { link, target } of section.links) {
      const replaced = updated.flatMap(({ id, links }) => {
        const ids = Object.entries(links).find(([input]) => input === link.input)?.[1];
        return ids ? [{ id, ids }] : [];
      });
      const far = [...new Set(replaced.flatMap(({ ids }) => ids))];
      const rows = await this.transaction.lockRows(link.target(), far, { deleted: true });
      if (rows.length < far.length)
        throw stalePlan(`A ${target} that was in use before the import was permanently removed.`, REMEDY);
      const table = this.transaction.table(link.joinTable);
      await this.transaction.unlinkAll(
        { table, near: link.sourceKey, far: link.targetKey },
        this.accountId,
        replaced.map(({ id }) => id),
      );
      const pairs = replaced.flatMap(({ id, ids }) =>
        ids.map((other) => ({ [link.sourceKey]: id, [link.targetKey]: other })),
      );
      await this.transaction.insertAll(table, this.accountId, pairs);
    }
  }

  /** Rows that the import created may be in use by now. */
  async #refuseUsed(section: BundleSection): Promise<void> {
    const ids = this.#of(section).created.map(({ id }) => id);
    if (ids.length === 0) return;
    const { transaction, resources, accountId } = this;
    const { listed } = await referencesTo(transaction, resources, section.resource.entity, accountId, ids);
    const [use] = listed;
    if (use)
      throw stalePlan(
        `The ${use.resourceType} ${quoted(use.name)} uses a ${section.type} that the import created.`,
        REMEDY,
      );
  }

  async #refuseCycles(): Promise<void> {
    const { links } = await readCurrentConfig(this.transaction, this.transaction.scope, this.sections);
    for (const [{ acyclic }, pairs] of links) {
      if (!acyclic) continue;
      const next = new Map<string, string[]>();
      for (const [from, to] of pairs) next.set(from, [...(next.get(from) ?? []), to]);
      if (findCycle(next)) throw stalePlan('Links made since the import would form a cycle.', REMEDY);
    }
  }
}

const change = (action: ImportAction, { type, name }: Touched): ImportChange => ({
  action,
  resourceType: type,
  name,
  fields: [],
});

function resultOf(accountId: string, importId: string, { created, updated, deleted }: UndoLog): ImportResult {
  return {
    accountId,
    importId,
    changes: [
      ...deleted.map((row) => change('RESTORE', row)),
      ...updated.map((row) => change('UPDATE', row)),
      ...created.map((row) => change('DELETE', row)),
    ],
    summary: { create: deleted.length, update: updated.length, unchanged: 0, delete: created.length },
  };
}

const alreadyUndone = (): GatewayError => new GatewayError('CONFLICT', 'This import is already undone.');

function touchedSections(sections: readonly BundleSection[], { created, updated, deleted }: UndoLog): BundleSection[] {
  const types = new Set([...created, ...updated, ...deleted].map(({ type }) => type));
  return sections.filter(({ type }) => types.has(type));
}

/**
 * What an undo would do if nothing it touches has changed since. @throws GatewayError NOT_FOUND, CONFLICT, FORBIDDEN
 */
export async function planUndo(
  { caller, database: { vault } }: Scope,
  resources: readonly Resource[],
  imports: Repository<ConfigurationImport>,
  importId: string,
): Promise<ImportResult> {
  const row = await imports.get(importId, ['undoLog', 'undoneAt']);
  if (!row) throw notFound();
  if (row.undoneAt !== null) throw alreadyUndone();
  const undoLog = decryptUndoLog(vault, row.undoLog, row.accountId, row.id);
  refuseOtherSections(caller, 'READ', touchedSections(sectionsOf(resources), undoLog));
  return resultOf(row.accountId, row.id, undoLog);
}

/** @throws GatewayError NOT_FOUND, CONFLICT when already undone, PLAN_OUTDATED, FORBIDDEN */
export async function undoImport(
  scope: Scope,
  resources: readonly Resource[],
  importId: string,
): Promise<ImportResult> {
  if (!isUuid(importId)) throw notFound();
  const sections = sectionsOf(resources);
  try {
    return await scope.write(async (transaction) => {
      const row = await transaction.lockRow(ConfigurationImport, importId);
      if (row.undoneAt !== null) throw alreadyUndone();
      await lockLinksOf(transaction, sections);
      const { vault } = scope.database;
      const undoLog = decryptUndoLog(vault, row.undoLog, row.accountId, row.id);
      refuseOtherSections(scope.caller, 'ADMIN', touchedSections(sections, undoLog));
      const kept = await new Undo(transaction, row.accountId, resources, sections, undoLog).run();
      const log = encryptUndoLog(vault, kept, row.accountId, row.id);
      await transaction.update(ConfigurationImport, row, { undoneAt: DatabaseTime.TRANSACTION, undoLog: log }, true);
      return resultOf(row.accountId, row.id, undoLog);
    });
  } catch (error) {
    throw orStalePlan(error, REMEDY);
  }
}
