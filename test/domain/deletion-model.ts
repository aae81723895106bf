/** What soft delete promises, in memory: which rows are live, which deletion took the others, what each step answers. */

export const TYPES = ['Tool', 'McpServer', 'Agent', 'Schedule'] as const;
export type Type = (typeof TYPES)[number];

export interface Row {
  readonly id: string;
  readonly type: Type;
  /** Empty for a schedule, which has none. */
  readonly name: string;
  /** What an agent links to, or the agent of a schedule. */
  readonly refers: readonly Row[];
  /** null while live, else the number of the deletion that took it. */
  deletion: number | null;
}

export interface Outcome {
  readonly code: 'done' | 'NOT_FOUND' | 'IN_USE' | 'CONFLICT';
  /** The ids of the live rows that an IN_USE names. */
  readonly users?: readonly string[];
}

const DONE: Outcome = { code: 'done' };

export class Model {
  readonly rows: Row[] = [];
  #deletions = 0;

  live(type: Type): Row[] {
    return this.rows.filter((row) => row.type === type && row.deletion === null);
  }

  gone(type: Type): Row[] {
    return this.rows.filter((row) => row.type === type && row.deletion !== null);
  }

  /** What a live row shows of its references. */
  shown(row: Row, type: Type): Row[] {
    return this.live(type).filter((one) => row.refers.includes(one));
  }

  isTaken(type: Type, name: string): boolean {
    return type !== 'Schedule' && this.live(type).some((row) => row.name === name);
  }

  delete(row: Row, force: boolean): Outcome {
    if (row.deletion !== null) return { code: 'NOT_FOUND' };
    const users = this.live('Agent').filter((one) => one.refers.includes(row));
    if (users.length > 0 && !force) return { code: 'IN_USE', users: users.map(({ id }) => id) };
    this.#deletions += 1;
    for (const one of [row, ...this.#schedulesOf(row)]) one.deletion ??= this.#deletions;
    return DONE;
  }

  restore(row: Row): Outcome {
    if (row.deletion === null) return DONE;
    const isOrphan = row.type === 'Schedule' && row.refers.some((one) => one.deletion !== null);
    if (isOrphan || this.isTaken(row.type, row.name)) return { code: 'CONFLICT' };
    const { deletion } = row;
    for (const one of this.rows) if (one.deletion === deletion) one.deletion = null;
    return DONE;
  }

  purge(row: Row): Outcome {
    if (row.deletion === null) return { code: 'CONFLICT' };
    for (const one of [row, ...this.#schedulesOf(row)]) this.rows.splice(this.rows.indexOf(one), 1);
    return DONE;
  }

  #schedulesOf(row: Row): Row[] {
    return this.rows.filter((one) => one.type === 'Schedule' && one.refers.includes(row));
  }
}
