/** Which rows a key reaches: those of some teams, single ones, or both at once; sets, so that narrower is decided. */

/** Null restricts nothing, an empty list matches no row. */
export interface RowRestriction {
  /** A row's `metadata.owner.team` must be one of these. */
  readonly ownerTeams: readonly string[] | null;
  /** Ids of rows in lower case. */
  readonly rowIds: readonly string[] | null;
}

const NOTHING: readonly string[] = [];

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Null and absent restrict nothing; what cannot be read matches nothing. */
function listOf(value: unknown): readonly string[] | null {
  if (value === null || value === undefined) return null;
  return isTextList(value) ? [...new Set(value)] : NOTHING;
}

const both = (left: readonly string[] | null, right: readonly string[] | null): readonly string[] | null => {
  if (left === null || right === null) return left ?? right;
  return left.filter((item) => right.includes(item));
};

/**
 * What is left when every key of a line restricts.
 * @param links as the database gives them; nothing of them is trusted to be well formed.
 * @returns null when no key restricts.
 */
export function intersectRestrictions(
  links: readonly { readonly ownerTeams: unknown; readonly rowIds: unknown }[],
): RowRestriction | null {
  const ownerTeams = links.map((link) => listOf(link.ownerTeams)).reduce(both, null);
  const rowIds = links.map((link) => listOf(link.rowIds)).reduce(both, null);
  return ownerTeams === null && rowIds === null ? null : { ownerTeams, rowIds };
}

/** Of a list that is asked for, what a list that is held does not have. */
export const beyond = (asked: readonly string[], held: readonly string[] | null): readonly string[] =>
  held === null ? [] : asked.filter((item) => !held.includes(item));

/** Whether a row is among those that the key reaches. @param team the row's `metadata.owner.team`; null for none. */
export const admits = ({ ownerTeams, rowIds }: RowRestriction, id: string, team: string | null): boolean =>
  (ownerTeams === null || (team !== null && ownerTeams.includes(team))) && (rowIds === null || rowIds.includes(id));

/** `metadata.owner.team` of a row; null when that is no text. */
export function ownerTeamOf(metadata: unknown): string | null {
  const owner: unknown = fieldOf(metadata, 'owner');
  const team: unknown = fieldOf(owner, 'team');
  return typeof team === 'string' ? team : null;
}

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, field)?.value : undefined;
