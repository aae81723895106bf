/** Turns of the event loop, shared fairly: what is asked for at once is begun in several turns, with others in between. */

/** Work begins at once while no more than this was spent in the same turn. */
const TURN_MS = 5;

/** What waits to begin, by owner; owners in the order in which they are served. */
const waiting = new Map<string, (() => void)[]>();
/** When the first work of this turn began. */
let began: number | null = null;

function beginTurn(): void {
  began = performance.now();
  setImmediate(endTurn);
}

function endTurn(): void {
  began = null;
  for (const [owner, pieces] of waiting) {
    const next = pieces.shift();
    // To the end of the line.
    waiting.delete(owner);
    if (pieces.length > 0) waiting.set(owner, pieces);
    beginTurn();
    next?.();
    return;
  }
}

/**
 * To be asked before work that keeps the process from everything else for some milliseconds.
 * @param owner whose work it is: owners are served by turns.
 * @returns null when it may begin at once; otherwise a promise of its turn.
 */
export function turnFor(owner: string): Promise<void> | null {
  if (waiting.size === 0) {
    if (began === null) beginTurn();
    if (performance.now() - (began ?? 0) <= TURN_MS) return null;
  }
  return new Promise((resolve) => {
    const pieces = waiting.get(owner);
    if (pieces) pieces.push(resolve);
    else waiting.set(owner, [resolve]);
  });
}
