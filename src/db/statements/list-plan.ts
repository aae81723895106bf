/** Plans the conditions of a list: answered by an index range, or checked on each row read. */
import type { Operator, Predicate } from './predicate';
import type { Table } from './table';

/** A row's owner has an index of its own. */
const EQUALITIES: ReadonlySet<Operator> = new Set(['equals', 'ownerTeam', 'ownerEmail']);

/** So few rows match one of these that finding and sorting them is cheap in any order. */
const FEW: Readonly<Record<string, readonly Operator[]>> = { id: ['equals', 'in'], name: ['equals'], slug: ['equals'] };

interface ListPlan {
  /** Conditions that select the index range. */
  readonly indexed: readonly Predicate[];
  /** Conditions checked on each row read. */
  readonly filtered: readonly Predicate[];
  /** The one among `indexed` that selects a range of the list's order. */
  readonly lead: Predicate | null;
  /** True when the list is read along its whole order, or a range of it. */
  readonly readsWholeOrder: boolean;
}

/**
 * At most one condition selects an index range: with two, PostgreSQL would have to choose, and could choose badly.
 * @param order the property that orders the list.
 * @param oneAccount whether the list is limited to one account.
 */
export function planList(table: Table, predicates: readonly Predicate[], order: string, oneAccount: boolean): ListPlan {
  if (predicates.some(({ property, operator }) => FEW[property]?.includes(operator)))
    return { indexed: predicates, filtered: [], lead: null, readsWholeOrder: false };
  const leads = order === table.order ? table.leads : [];
  // Under a policy with comparisons, PostgreSQL uses no index for functions that are not leakproof, such as JSON's.
  const canLead = (property: string): boolean => leads.includes(property) && !(oneAccount && property === 'metadata');
  const lead = predicates.find(({ property, operator }) => canLead(property) && EQUALITIES.has(operator)) ?? null;
  const isIndexed = (predicate: Predicate): boolean =>
    predicate === lead ||
    predicate.property === table.account ||
    (predicate.property === order && (predicate.operator === 'before' || predicate.operator === 'after'));
  return {
    indexed: predicates.filter(isIndexed),
    filtered: predicates.filter((predicate) => !isIndexed(predicate)),
    lead,
    readsWholeOrder: lead === null,
  };
}
