/** How the conditions of a list are answered: by where an index is read, or by looking at each row that was read. */
import type { Operator, Predicate } from './predicate';
import type { Table } from './table';

/** A row's owner is compared in an index of its own. */
const EQUALITIES: ReadonlySet<Operator> = new Set(['equals', 'ownerTeam', 'ownerEmail']);

/** Few rows have one of these, so that finding them and sorting them is little work in any order. */
const FEW: Readonly<Record<string, readonly Operator[]>> = { id: ['equals', 'in'], name: ['equals'], slug: ['equals'] };

export interface Division {
  /** Say where to read in an index. */
  readonly found: readonly Predicate[];
  /** Each row that is read is put to them. */
  readonly sought: readonly Predicate[];
  /** The one among `found` that names a stretch of the list's order. */
  readonly lead: Predicate | null;
  /** True when the list is read along its whole order, or a range of it. */
  readonly whole: boolean;
}

/**
 * At most one condition names a stretch of an index: with two, PostgreSQL would have to choose, and could choose badly.
 * @param order the property that the list is ordered by.
 * @param pinned to one account.
 */
export function divide(table: Table, predicates: readonly Predicate[], order: string, pinned: boolean): Division {
  if (predicates.some(({ property, operator }) => FEW[property]?.includes(operator)))
    return { found: predicates, sought: [], lead: null, whole: false };
  const leads = order === table.order ? table.leads : [];
  // Under a policy that compares, PostgreSQL looks into no index with functions that are not leakproof, as JSON's are.
  const canLead = (property: string): boolean => leads.includes(property) && !(pinned && property === 'metadata');
  const lead = predicates.find(({ property, operator }) => canLead(property) && EQUALITIES.has(operator)) ?? null;
  const isFound = (one: Predicate): boolean =>
    one === lead ||
    one.property === table.account ||
    (one.property === order && (one.operator === 'before' || one.operator === 'after'));
  return {
    found: predicates.filter(isFound),
    sought: predicates.filter((one) => !isFound(one)),
    lead,
    whole: lead === null,
  };
}
