/** The state of the primary: its position, and a random mark that only the replicas which follow it receive. */
import { randomUUID } from 'node:crypto';
import { lacksPrivilege } from '../database-errors';
import type { PreparedQuery } from '../pipeline/batch';
import { IDENTITY, positionOf, PRIMARY_STATE, renewMark, timelineOf, type Position } from './position';

/** Runs one statement on the primary. */
export interface AskPrimary {
  readonly read: (query: PreparedQuery) => Promise<unknown[][]>;
  readonly write: (query: PreparedQuery) => Promise<unknown>;
}

export interface History {
  readonly mark: string;
  /** A replica of the primary that has replayed this position shows the mark. */
  readonly markedAt: Position;
  /** Cluster and database; null where the role may not ask for it. */
  readonly identity: string | null;
}

interface State {
  readonly position: Position;
  readonly mark: string | null;
  readonly isOld: boolean;
}

async function stateOf({ read }: AskPrimary): Promise<State> {
  const [[timeline, lsn, mark, isOld] = []] = await read(PRIMARY_STATE);
  return { position: positionOf(timeline, lsn), mark: typeof mark === 'string' ? mark : null, isOld: isOld !== false };
}

/** Some providers do not allow pg_control_system(); the mark distinguishes other clusters without it. */
async function identityOf({ read }: AskPrimary): Promise<string | null> {
  try {
    return String((await read(IDENTITY))[0]?.[0]);
  } catch (error) {
    if (lacksPrivilege(error)) return null;
    throw error;
  }
}

export class PrimaryHistory {
  /** Null before the primary has been queried. */
  current: History | null = null;

  /**
   * Renews the mark at first, so that no earlier copy of the primary shows it, and later when it is old or the primary
   * has changed.
   * @returns the position of the primary.
   * @throws if the primary does not answer, or cannot be marked.
   */
  async ask(primary: AskPrimary): Promise<Position> {
    let state = await stateOf(primary);
    if (state.isOld || this.current === null) {
      await primary.write(renewMark(timelineOf(state.position), randomUUID(), state.mark));
      state = await stateOf(primary);
    }
    const { mark, position } = state;
    if (mark === null) throw new Error('The primary keeps no mark');
    if (mark !== this.current?.mark) this.current = { mark, markedAt: position, identity: await identityOf(primary) };
    return position;
  }
}
