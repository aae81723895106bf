/** The rows a key can access: by team, by id, or both. Sets, so that narrowing can be checked. */

/** Null restricts nothing; an empty list matches no row. */
export interface RowRestriction {
  /** A row's `metadata.owner.team` must be one of these. */
  readonly ownerTeams: readonly string[] | null;
  /** Row ids in lower case. */
  readonly rowIds: readonly string[] | null;
}

const NOTHING: readonly string[] = [];

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Null or undefined restricts nothing; an invalid value matches nothing. */
function listOf(value: unknown): readonly string[] | null {
  if (value === null || value === undefined) return null;
  return isTextList(value) ? [...new Set(value)] : NOTHING;
}

const both = (left: readonly string[] | null, right: readonly string[] | null): readonly string[] | null => {
  if (left === null || right === null) return left ?? right;
  return left.filter((item) => right.includes(item));
};

/**
 * The intersection of the restrictions in a delegation chain.
 * @param links as read from the database; no field is trusted to be well formed.
 * @returns null if no key is restricted.
 */
export function intersectRestrictions(
  links: readonly { readonly ownerTeams: unknown; readonly rowIds: unknown }[],
): RowRestriction | null {
  const ownerTeams = links.map((link) => listOf(link.ownerTeams)).reduce(both, null);
  const rowIds = links.map((link) => listOf(link.rowIds)).reduce(both, null);
  return ownerTeams === null && rowIds === null ? null : { ownerTeams, rowIds };
}

/** The items of `requested` that `held` lacks. */
export const beyond = (requested: readonly string[], held: readonly string[] | null): readonly string[] =>
  held === null ? [] : requested.filter((item) => !held.includes(item));

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** Called for every row that a restricted key reads. */
function has(list: readonly string[], item: string): boolean {
  let set = sets.get(list);
  if (!set) sets.set(list, (set = new Set(list)));
  return set.has(item);
}

/** Whether the key can access a row. @param team the row's `metadata.owner.team`; null for none. */
export const admits = ({ ownerTeams, rowIds }: RowRestriction, id: string, team: string | null): boolean =>
  (ownerTeams === null || (team !== null && has(ownerTeams, team))) && (rowIds === null || has(rowIds, id));

/** `metadata.owner.team` of a row; null if it is not a string. */
export function ownerTeamOf(metadata: unknown): string | null {
  const owner: unknown = fieldOf(metadata, 'owner');
  const team: unknown = fieldOf(owner, 'team');
  return typeof team === 'string' ? team : null;
}

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, field)?.value : undefined;
