/** Tables as restricted keys see them: the same statements, reading only the rows that the key reaches. */
import type { Relation } from './relation';
import { columnOf, type Lanes, type Table } from './table';

/** What a key is restricted to; the lists themselves are settings of the transaction. */
export type RestrictionKind = 'teams' | 'ids' | 'teams and ids';

/** A list of the transaction's restriction, read once per statement; NULL, which matches nothing, when unset. */
const list = (setting: string, type: string): string =>
  `((SELECT nullif(nullif(current_setting('${setting}', true), ''), '*')::${type}[])::${type}[])`;
const TEAMS = list('app.owner_teams', 'text');
const IDS = list('app.row_ids', 'uuid');
const KEY = "nullif(current_setting('app.key_id', true), '')::uuid";

const ofTeams = (alias: string): string => `${alias}.owner_team = ANY (${TEAMS})`;

const isReached = (alias: string, kind: RestrictionKind): string =>
  [...(kind === 'teams' ? [] : [`${alias}.id = ANY (${IDS})`]), ...(kind === 'ids' ? [] : [ofTeams(alias)])].join(
    ' AND ',
  );

const parentIsReached = (parent: Table, column: string, kind: RestrictionKind): string =>
  kind === 'ids'
    ? `r.${column} = ANY (${IDS})`
    : `EXISTS (SELECT 1 FROM ${parent.sql} p WHERE p.account_id = r.account_id AND p.id = r.${column} AND ${isReached('p', kind)})`;

/** The condition for a row `r`; null for tables outside every restriction. */
function condition({ reach, account, columns }: Table, kind: RestrictionKind): string | null {
  const sql = (property: string): string => columns.get(property)?.sql ?? '';
  // Any key of an account may see the account itself.
  if (account === 'id') return 'true';
  if (!reach) return null;
  if (reach.by === 'owner') return isReached('r', kind);
  if (reach.by === 'key') return `${KEY} = ANY (ARRAY[r.id, r.parent_id])`;
  if (reach.by === 'parent') return parentIsReached(reach.parent(), sql(reach.column), kind);
  return reach
    .ends()
    .map(({ column, table }) => parentIsReached(table, sql(column), kind))
    .join(' AND ');
}

/**
 * In list order, the rows of one team or one parent are an index range: a page is the first rows of all ranges. Its
 * cost depends on what the key reaches, not on the account's other rows.
 */
function lanesOf(table: Table, kind: RestrictionKind): Lanes | null {
  const { reach } = table;
  if (reach?.by === 'owner' && kind === 'teams')
    return { from: `(SELECT DISTINCT unnest(${TEAMS})) k(lane)`, on: 't.owner_team = k.lane' };
  if (reach?.by !== 'parent') return null;
  const on = `t.${columnOf(table, reach.column).sql} = k.lane`;
  if (kind === 'ids') return { from: `(SELECT DISTINCT unnest(${IDS})) k(lane)`, on };
  const parents = `SELECT p.id FROM ${reach.parent().sql} p WHERE p.account_id = $1 AND ${isReached('p', kind)}`;
  return { from: `(${parents}) k(lane)`, on };
}

const restricted = new WeakMap<Table, Map<RestrictionKind, Table | null>>();

/** @returns null for a table outside every restriction: restricted keys do not reach it at all. */
export function restrictedTable(table: Table, kind: RestrictionKind): Table | null {
  let kinds = restricted.get(table);
  if (!kinds) restricted.set(table, (kinds = new Map<RestrictionKind, Table | null>()));
  let made = kinds.get(kind);
  if (made === undefined) {
    const reached = condition(table, kind);
    made =
      reached === null
        ? null
        : {
            ...table,
            name: `${table.name} of ${kind}`,
            rows: `(SELECT r.* FROM ${table.sql} r WHERE ${reached})`,
            lanes: lanesOf(table, kind),
          };
    kinds.set(kind, made);
  }
  return made;
}

/** Whether a relation leads from the far end of links, where a row may have any number of them. */
const leadsAgainst = ({ reach }: Table, sourceKey: string): boolean =>
  reach?.by === 'ends' && reach.ends()[0]?.column !== sourceKey;

const relations = new WeakMap<Relation, WeakMap<Table, Relation>>();

/** The relation with its tables restricted; always the same object, since relation statements are cached by it. */
export function restrictedRelation(relation: Relation, of: (table: Table) => Table): Relation {
  const target = of(relation.target);
  let made = relations.get(relation);
  if (!made) relations.set(relation, (made = new WeakMap()));
  let own = made.get(target);
  if (!own) {
    own =
      relation.kind === 'manyToMany'
        ? {
            ...relation,
            target,
            joinTable: of(relation.joinTable),
            readFirst: leadsAgainst(relation.joinTable, relation.sourceKey) ? 'target' : 'links',
          }
        : { ...relation, target };
    made.set(target, own);
  }
  return own;
}
