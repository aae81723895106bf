/**
 * What a key may do: for each action a set of resource types, as bit masks, which make checks and subset tests cheap.
 */

/** What can be done to an account's rows, weakest first. */
export const ACTIONS = ['READ', 'RUN', 'WRITE', 'ADMIN'] as const;
export type Action = (typeof ACTIONS)[number];

/** A bit mask of resource types per action; the bits are assigned by the PermissionTable that created it. */
export type Grants = Readonly<Record<Action, number>>;

export const NO_GRANTS: Grants = Object.freeze({ READ: 0, RUN: 0, WRITE: 0, ADMIN: 0 });

/** JavaScript's bitwise operations are 32-bit; without the sign that leaves 31 types. */
const MAX_TYPES = 31;

const combine = (left: Grants, right: Grants, bits: (left: number, right: number) => number): Grants => ({
  READ: bits(left.READ, right.READ),
  RUN: bits(left.RUN, right.RUN),
  WRITE: bits(left.WRITE, right.WRITE),
  ADMIN: bits(left.ADMIN, right.ADMIN),
});

export const union = (left: Grants, right: Grants): Grants => combine(left, right, (a, b) => a | b);
export const intersection = (left: Grants, right: Grants): Grants => combine(left, right, (a, b) => a & b);

/** The part of `needed` that `held` lacks. */
export const missing = (held: Grants, needed: Grants): Grants => combine(needed, held, (a, b) => a & ~b);

export const isEmpty = ({ READ, RUN, WRITE, ADMIN }: Grants): boolean => (READ | RUN | WRITE | ADMIN) === 0;

/** Whether `held` allows everything in `needed`: `needed` is a subset of `held`. */
export const covers = (held: Grants, needed: Grants): boolean => isEmpty(missing(held, needed));

/** Assigns bits to resource types and names to permissions (`agents:read`). Each gateway creates one at start-up. */
export class PermissionTable {
  readonly #bits: ReadonlyMap<string, number>;

  /**
   * @param types names of resource types, such as `agents`; no duplicates, at most 31.
   * @param restrictable the types that keys restricted to rows can access; other types concern the whole account.
   * @throws Error for duplicates or too many types.
   */
  constructor(
    readonly types: readonly string[],
    readonly restrictable: readonly string[] = [],
  ) {
    if (types.length > MAX_TYPES) throw new Error(`A permission table holds at most ${MAX_TYPES} resource types.`);
    this.#bits = new Map(types.map((type, index) => [type, 1 << index]));
    if (this.#bits.size !== types.length) throw new Error('A resource type is named twice in the permission table.');
  }

  /** The bits of these types; an unknown type grants nothing. */
  maskOf(types: Iterable<string>): number {
    let mask = 0;
    for (const type of types) mask |= this.#bits.get(type) ?? 0;
    return mask;
  }

  /** One action on these types. */
  grant(action: Action, types: Iterable<string>): Grants {
    return { ...NO_GRANTS, [action]: this.maskOf(types) };
  }

  /** @param permissions such as `agents:read`; a malformed permission or unknown type or action grants nothing. */
  parse(permissions: Iterable<string>): Grants {
    let grants = NO_GRANTS;
    for (const permission of permissions) {
      const [, type = '', verb = ''] = /^(\w+):([a-z]+)$/.exec(permission) ?? [];
      const action = ACTIONS.find((each) => each.toLowerCase() === verb);
      if (action) grants = union(grants, this.grant(action, [type]));
    }
    return grants;
  }

  /** The names of the granted permissions, in the table's order: `agents:read`, `agents:write`, … */
  names(grants: Grants): string[] {
    return this.types.flatMap((type) => {
      const bit = this.maskOf([type]);
      return ACTIONS.filter((action) => (grants[action] & bit) !== 0).map(
        (action) => `${type}:${action.toLowerCase()}`,
      );
    });
  }

  /** The grants limited to these types. */
  only(grants: Grants, types: Iterable<string>): Grants {
    const mask = this.maskOf(types);
    return intersection(grants, { READ: mask, RUN: mask, WRITE: mask, ADMIN: mask });
  }
}
