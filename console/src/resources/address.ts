/** Keeps filters, order and page of a list in the address, so that views can be linked to and Back works. */
import type { FilterField, ResourceType } from './resource-type';
import type { PageVariables } from './documents';

export const PAGE_SIZE = 25;

/** Parameters that are not filters. */
export const DELETED = 'deleted';
export const SORT = 'sort';
export const AFTER = 'after';
export const BEFORE = 'before';

/** The parameters of a filter: a time has two. */
export const parametersOf = ({ name, kind }: FilterField): readonly string[] =>
  kind === 'time' ? [`${name}After`, `${name}Before`] : kind === 'metadata' ? ['owner'] : [name];

const asTime = (text: string): string | null => {
  const time = new Date(/T/.test(text) ? text : `${text}T00:00:00Z`);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
};

function timeCondition(name: string, parameters: URLSearchParams): Record<string, string> | null {
  const bounds = { after: parameters.get(`${name}After`), before: parameters.get(`${name}Before`) };
  const given = Object.entries(bounds).flatMap(([bound, text]) => {
    const time = text === null ? null : asTime(text);
    return time === null ? [] : [[bound, time] as const];
  });
  return given.length === 0 ? null : Object.fromEntries(given);
}

/** Null if the address does not contain it. */
function conditionOf({ name, kind }: FilterField, parameters: URLSearchParams): unknown {
  if (kind === 'time') return timeCondition(name, parameters);
  const text = parameters.get(kind === 'metadata' ? 'owner' : name);
  if (text === null || text === '') return null;
  switch (kind) {
    case 'text':
      return { contains: text };
    case 'includes':
      return { includes: text };
    case 'presence':
      return { isSet: text === 'true' };
    case 'boolean':
      return { equals: text === 'true' };
    case 'metadata':
      return [{ path: ['owner', 'team'], equals: text }];
    default:
      return { equals: text };
  }
}

export function filterOf(filters: readonly FilterField[], parameters: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries(
    filters.flatMap((field) => {
      const condition = conditionOf(field, parameters);
      return condition === null ? [] : [[field.name, condition] as const];
    }),
  );
}

export interface Order {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

/** `-updatedAt`: newest first. Null if the list cannot be ordered by it. */
export function orderOf(text: string | null | undefined, orders: readonly string[]): Order | null {
  const field = (text ?? '').replace(/^-/, '');
  if (!orders.includes(field)) return null;
  return { field, direction: text?.startsWith('-') ? 'DESC' : 'ASC' };
}

/** The variables of a list query. */
export function pageVariables(
  { filters, orders, order }: Pick<ResourceType, 'filters' | 'orders'> & { readonly order?: string },
  parameters: URLSearchParams,
  accountId: string | null,
): PageVariables {
  const filter = filterOf(filters, parameters);
  const orderBy = orderOf(parameters.get(SORT), orders) ?? orderOf(order, orders);
  const [after, before] = [parameters.get(AFTER), parameters.get(BEFORE)];
  const deleted = parameters.get(DELETED);
  return {
    ...(accountId === null ? {} : { accountId }),
    ...(before === null ? { first: PAGE_SIZE } : { last: PAGE_SIZE, before }),
    ...(after === null || before !== null ? {} : { after }),
    ...(Object.keys(filter).length === 0 ? {} : { filter }),
    ...(orderBy === null ? {} : { orderBy }),
    ...(deleted === 'ONLY' || deleted === 'INCLUDE' ? { deleted } : {}),
  };
}

/** A changed filter or order starts at the first page. */
export function withParameters(
  now: URLSearchParams,
  changes: Readonly<Record<string, string | null>>,
): URLSearchParams {
  const next = new URLSearchParams(now);
  for (const name of [AFTER, BEFORE]) next.delete(name);
  for (const [name, value] of Object.entries(changes))
    if (value === null || value === '') next.delete(name);
    else next.set(name, value);
  return next;
}
