/**
 * What a restricted key reaches: the settings that its policies compare with, and a check of each row that was read.
 */
import { escapeLiteral } from 'pg';
import { admits, ownerTeamOf, type RowRestriction } from '../auth/row-restriction';
import { GatewayError } from '../errors';
import type { PreparedQuery } from './pipeline/batch';
import { REACHED, type RowScope, type StoredRow } from './statements/row';
import { restrictedRelation, restrictedTable, type RestrictionKind } from './statements/restricted-table';
import type { Relation } from './statements/relation';
import type { Table } from './statements/table';

const valueOf = (row: object, property: string): unknown => Object.getOwnPropertyDescriptor(row, property)?.value;

/** A list as the text of a PostgreSQL array; * for no restriction, as distinct from unset. */
const arrayText = (list: readonly string[] | null): string =>
  list === null ? '*' : `{${list.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

const keptSettings = new WeakMap<
  RowRestriction,
  { readonly keyId: string; readonly settings: readonly PreparedQuery[] }
>();

/** The same statements for each transaction of a key, built once: their lists may be long. */
function settingsOf(rows: RowRestriction, keyId: string): readonly PreparedQuery[] {
  const kept = keptSettings.get(rows);
  if (kept?.keyId === keyId) return kept.settings;
  const set = (name: string, value: string): PreparedQuery => ({
    text: `SET LOCAL ${name} = ${escapeLiteral(value)}`,
    values: [],
  });
  const settings = [
    set('app.owner_teams', arrayText(rows.ownerTeams)),
    set('app.row_ids', arrayText(rows.rowIds)),
    set('app.key_id', keyId),
  ];
  keptSettings.set(rows, { keyId, settings });
  return settings;
}

/** Reads rows past the restriction's own conditions: id and metadata of each. */
type ReadParents = (query: PreparedQuery) => Promise<unknown[][]>;

/** What rows are read under, including the key's restriction. */
export interface RestrictableScope extends RowScope {
  readonly restriction: Restriction | null;
  /** Reads rows of relations. */
  readRows(query: PreparedQuery): Promise<unknown[][]>;
  /** The number of shards among which the accounts are divided; 0 for ordinary tables. */
  readonly shards: number;
  /** Called for each loader statement, with the number of keys it serves. */
  loaded(keys: number): void;
}

export class Restriction {
  readonly kind: RestrictionKind;
  /** What each transaction sets before its first statement. */
  readonly settings: readonly PreparedQuery[];

  constructor(
    private readonly rows: RowRestriction,
    private readonly keyId: string,
    private readonly accountId: string,
    private readonly read: ReadParents,
  ) {
    this.kind = rows.rowIds === null ? 'teams' : rows.ownerTeams === null ? 'ids' : 'teams and ids';
    this.settings = settingsOf(rows, keyId);
  }

  /** The table, read through the restriction. @throws GatewayError FORBIDDEN for a table outside every restriction. */
  table(table: Table): Table {
    const restricted = restrictedTable(table, this.kind);
    if (restricted) return restricted;
    throw new GatewayError(
      'FORBIDDEN',
      'This key is restricted to rows, and the operation concerns the whole account.',
    );
  }

  relation(relation: Relation): Relation {
    return restrictedRelation(relation, (table) => this.table(table));
  }

  /** The columns from which `mark` determines whether a key can see a row. */
  columns({ reach }: Table): readonly string[] {
    if (reach?.by === 'owner') return ['metadata'];
    if (reach?.by === 'parent') return [reach.column];
    return reach?.by === 'key' ? ['parentId'] : [];
  }

  /**
   * Marks the rows that the key reaches, whatever statement found them: the output guard drops all others. It compares
   * the row itself, or the row it belongs to, with the key.
   */
  async mark(table: Table, rows: readonly StoredRow[]): Promise<void> {
    if (rows.length === 0) return;
    const reached = await this.#reached(table, rows);
    for (const row of rows) if (reached(row)) Object.defineProperty(row, REACHED, { value: true, enumerable: true });
  }

  async #reached({ reach, account }: Table, rows: readonly StoredRow[]): Promise<(row: StoredRow) => boolean> {
    if (account === 'id') return (row) => row.id === this.accountId;
    if (!reach) return () => false;
    if (reach.by === 'owner') return (row) => admits(this.rows, row.id, ownerTeamOf(valueOf(row, 'metadata')));
    if (reach.by === 'key') return (row) => row.id === this.keyId || valueOf(row, 'parentId') === this.keyId;
    if (reach.by === 'ends') return () => false;
    const { column } = reach;
    const parentOf = (row: StoredRow): string => String(valueOf(row, column));
    const parents = await this.#admittedParents(reach.parent().sql, [...new Set(rows.map(parentOf))]);
    return (row) => parents.has(parentOf(row));
  }

  async #admittedParents(parent: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = this;
    if (rows.ownerTeams === null) return new Set(ids.filter((id) => admits(rows, id, null)));
    const text = `SELECT p.id, p.metadata FROM ${parent} p WHERE p.account_id = $1 AND p.id = ANY($2::uuid[])`;
    const found = await this.read({ text, values: [this.accountId, ids] });
    return new Set(
      found.filter(([id, metadata]) => admits(rows, String(id), ownerTeamOf(metadata))).map(([id]) => String(id)),
    );
  }

  /** @throws GatewayError FORBIDDEN for a row that the key could not see once stored. */
  refuseNewRow({ reach }: Table, values: object): void {
    if (reach?.by !== 'owner') return;
    if (this.rows.rowIds !== null)
      throw new GatewayError(
        'FORBIDDEN',
        'This key is restricted to single rows (rowIds), so it cannot create others. Use a key without that restriction.',
      );
    this.#requireTeam(values);
  }

  /** @throws GatewayError FORBIDDEN for a change after which the key could not see the row. */
  refuseMove({ reach }: Table, patch: object): void {
    if (reach?.by === 'owner' && 'metadata' in patch && patch.metadata !== undefined) this.#requireTeam(patch);
  }

  #requireTeam(values: object): void {
    const { ownerTeams } = this.rows;
    const team = ownerTeamOf(valueOf(values, 'metadata'));
    if (ownerTeams === null || (team !== null && ownerTeams.includes(team))) return;
    const teams = ownerTeams.length === 0 ? 'none is left' : ownerTeams.map((each) => JSON.stringify(each)).join(', ');
    throw new GatewayError(
      'FORBIDDEN',
      `This key is restricted to rows of teams (${teams}): metadata.owner.team must be one of them, because the key could not access the row otherwise.`,
      { path: ['input', 'metadata'] },
    );
  }
}
