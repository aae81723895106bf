/** How the conditions of a list are answered: by where an index is read, or by looking at each row that was read. */
import type { Operator, Predicate } from './predicate';
import type { Table } from './table';

/** A row's owner is compared in an index of its own. */
const EQUALITIES: ReadonlySet<Operator> = new Set(['equals', 'ownerTeam', 'ownerEmail']);

/** Few rows have one of these, so that finding them and sorting them is little work in any order. */
const FEW: Readonly<Record<string, readonly Operator[]>> = { id: ['equals', 'in'], name: ['equals'], slug: ['equals'] };

interface ListPlan {
  /** Say where to read in an index. */
  readonly indexed: readonly Predicate[];
  /** Each row that is read is compared with them. */
  readonly filtered: readonly Predicate[];
  /** The one among `indexed` that names a stretch of the list's order. */
  readonly lead: Predicate | null;
  /** True when the list is read along its whole order, or a range of it. */
  readonly readsWholeOrder: boolean;
}

/**
 * At most one condition names a stretch of an index: with two, PostgreSQL would have to choose, and could choose badly.
 * @param order the property that the list is ordered by.
 * @param oneAccount whether the list is of one account.
 */
export function planList(table: Table, predicates: readonly Predicate[], order: string, oneAccount: boolean): ListPlan {
  if (predicates.some(({ property, operator }) => FEW[property]?.includes(operator)))
    return { indexed: predicates, filtered: [], lead: null, readsWholeOrder: false };
  const leads = order === table.order ? table.leads : [];
  // Under a policy that compares, PostgreSQL looks into no index with functions that are not leakproof, as JSON's are.
  const canLead = (property: string): boolean => leads.includes(property) && !(oneAccount && property === 'metadata');
  const lead = predicates.find(({ property, operator }) => canLead(property) && EQUALITIES.has(operator)) ?? null;
  const isIndexed = (one: Predicate): boolean =>
    one === lead ||
    one.property === table.account ||
    (one.property === order && (one.operator === 'before' || one.operator === 'after'));
  return {
    indexed: predicates.filter(isIndexed),
    filtered: predicates.filter((one) => !isIndexed(one)),
    lead,
    readsWholeOrder: lead === null,
  };
}
