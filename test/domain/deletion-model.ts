/** An in-memory model of soft deletion: existing rows, the deletion that removed the others, and expected answers. */

export const TYPES = ['Tool', 'McpServer', 'Agent', 'Schedule'] as const;
export type Type = (typeof TYPES)[number];

export interface Row {
  readonly id: string;
  readonly type: Type;
  /** Empty for a schedule, which has no name. */
  readonly name: string;
  /** The rows that an agent links to, or the agent of a schedule. */
  refers: readonly Row[];
  /** null if the row exists, otherwise the number of the deletion that removed it. */
  deletion: number | null;
  /** Whether it was ever restored. */
  restored: boolean;
}

/** The types that agents can link to. */
export type Linked = Exclude<Type, 'Schedule'>;

export interface Outcome {
  readonly code: 'done' | 'NOT_FOUND' | 'IN_USE' | 'CONFLICT' | 'BAD_USER_INPUT';
  /** All rows that an IN_USE error counts. */
  readonly users?: readonly Row[];
  /** The path of a refused cycle, without the row that it returns to. */
  readonly cycle?: readonly Row[];
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

  /** The references that reading the row returns. */
  shown(row: Row, type: Type): Row[] {
    return this.live(type).filter((one) => row.refers.includes(one));
  }

  isTaken(type: Type, name: string): boolean {
    return type !== 'Schedule' && this.live(type).some((row) => row.name === name);
  }

  delete(row: Row, force: boolean): Outcome {
    if (row.deletion !== null) return { code: 'NOT_FOUND' };
    const users = this.live('Agent').filter((one) => one.refers.includes(row));
    if (users.length > 0 && !force) return { code: 'IN_USE', users };
    this.#deletions += 1;
    for (const one of [row, ...this.#schedulesOf(row)]) one.deletion ??= this.#deletions;
    return DONE;
  }

  restore(row: Row): Outcome {
    if (row.deletion === null) return DONE;
    const isOrphan = row.type === 'Schedule' && row.refers.some((one) => one.deletion !== null);
    if (isOrphan || this.isTaken(row.type, row.name)) return { code: 'CONFLICT' };
    const { deletion } = row;
    for (const one of this.rows.filter((row) => row.deletion === deletion))
      Object.assign(one, { deletion: null, restored: true });
    return DONE;
  }

  purge(row: Row): Outcome {
    if (row.deletion === null) return { code: 'CONFLICT' };
    for (const one of [row, ...this.#schedulesOf(row)]) this.rows.splice(this.rows.indexOf(one), 1);
    for (const one of this.rows) one.refers = one.refers.filter((other) => other !== row);
    return DONE;
  }

  /** Replaces an agent's links to rows of a type, including links to deleted rows. */
  relink(agent: Row, type: Linked, wanted: readonly Row[]): Outcome {
    if (agent.deletion !== null) return { code: 'NOT_FOUND' };
    if (wanted.some((one) => one.deletion !== null)) return { code: 'BAD_USER_INPUT' };
    const cycle = wanted.map((one) => this.#wayTo(agent, one)).find((way) => way !== null);
    if (cycle) return { code: 'BAD_USER_INPUT', cycle };
    agent.refers = [...agent.refers.filter((one) => one.type !== type), ...wanted];
    return DONE;
  }

  /** The path from a row to an agent along links, including those of deleted agents, which may be restored. */
  #wayTo(agent: Row, from: Row, seen = new Set<Row>()): Row[] | null {
    if (from === agent) return [];
    if (seen.has(from)) return null;
    seen.add(from);
    for (const next of from.refers) {
      const way = this.#wayTo(agent, next, seen);
      if (way) return [from, ...way];
    }
    return null;
  }

  #schedulesOf(row: Row): Row[] {
    return this.rows.filter((one) => one.type === 'Schedule' && one.refers.includes(row));
  }
}
