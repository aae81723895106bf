/** What a key may do: for each action a set of resource types, kept as bits so that checking is an AND and subset is decided. */

/** What is done to the rows of an account, weakest first. */
export const ACTIONS = ['READ', 'RUN', 'WRITE', 'ADMIN'] as const;
export type Action = (typeof ACTIONS)[number];

/** For each action a bit mask of resource types; the bits are those of the PermissionTable that made it. */
export type Grants = Readonly<Record<Action, number>>;

export const NO_GRANTS: Grants = Object.freeze({ READ: 0, RUN: 0, WRITE: 0, ADMIN: 0 });

/** A bit mask of a double's 32-bit operations holds 31 types without its sign. */
const MAX_TYPES = 31;

const combine = (left: Grants, right: Grants, bits: (left: number, right: number) => number): Grants => ({
  READ: bits(left.READ, right.READ),
  RUN: bits(left.RUN, right.RUN),
  WRITE: bits(left.WRITE, right.WRITE),
  ADMIN: bits(left.ADMIN, right.ADMIN),
});

export const union = (left: Grants, right: Grants): Grants => combine(left, right, (a, b) => a | b);
export const intersection = (left: Grants, right: Grants): Grants => combine(left, right, (a, b) => a & b);

/** What `needed` asks for and `held` does not have. */
export const missing = (held: Grants, needed: Grants): Grants => combine(needed, held, (a, b) => a & ~b);

export const isEmpty = ({ READ, RUN, WRITE, ADMIN }: Grants): boolean => (READ | RUN | WRITE | ADMIN) === 0;

/** Whether who holds `held` may do all that `needed` asks for: `needed` is a subset of `held`. */
export const covers = (held: Grants, needed: Grants): boolean => isEmpty(missing(held, needed));

/** Gives resource types their bits, and permissions (`agents:read`) their names. One for each gateway, made at start-up. */
export class PermissionTable {
  readonly #bits: ReadonlyMap<string, number>;

  /**
   * @param types names of resource types, for example `agents`; each once, at most 31.
   * @param restrictable those that keys which are restricted to rows reach: their rows tell whose they are.
   * @throws Error for more, or for one named twice.
   */
  constructor(
    readonly types: readonly string[],
    readonly restrictable: readonly string[] = [],
  ) {
    if (types.length > MAX_TYPES) throw new Error(`A permission table holds at most ${MAX_TYPES} resource types.`);
    this.#bits = new Map(types.map((type, index) => [type, 1 << index]));
    if (this.#bits.size !== types.length) throw new Error('A resource type is named twice in the permission table.');
  }

  /** The bits of these types; a type that the gateway does not have grants nothing. */
  maskOf(types: Iterable<string>): number {
    let mask = 0;
    for (const type of types) mask |= this.#bits.get(type) ?? 0;
    return mask;
  }

  /** One action on these types. */
  grant(action: Action, types: Iterable<string>): Grants {
    return { ...NO_GRANTS, [action]: this.maskOf(types) };
  }

  /** @param permissions like `agents:read`; one that cannot be read, or names an unknown type or action, grants nothing. */
  parse(permissions: Iterable<string>): Grants {
    let grants = NO_GRANTS;
    for (const permission of permissions) {
      const [, type = '', verb = ''] = /^(\w+):([a-z]+)$/.exec(permission) ?? [];
      const action = ACTIONS.find((each) => each.toLowerCase() === verb);
      if (action) grants = union(grants, this.grant(action, [type]));
    }
    return grants;
  }

  /** The permissions of these grants by name, in the order of the table: `agents:read`, `agents:write`, … */
  names(grants: Grants): string[] {
    return this.types.flatMap((type) => {
      const bit = this.maskOf([type]);
      return ACTIONS.filter((action) => (grants[action] & bit) !== 0).map(
        (action) => `${type}:${action.toLowerCase()}`,
      );
    });
  }

  /** The part of the grants that is about these types. */
  only(grants: Grants, types: Iterable<string>): Grants {
    const mask = this.maskOf(types);
    return intersection(grants, { READ: mask, RUN: mask, WRITE: mask, ADMIN: mask });
  }
}
