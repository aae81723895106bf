/**
 * The position that a replica must have replayed before it answers reads of an account: that of the primary when it was
 * last queried, and that of the account's last change since then.
 */
import type { AccountId } from '../../auth/caller';
import { laterOf, START, type Position } from './position';

/** Changes since a time. */
interface Changes {
  readonly accounts: Map<string, Position>;
  /** The position for all accounts together. */
  latest: Position;
  /** The position for rows of several accounts. */
  shared: Position;
}

const none = (): Changes => ({ accounts: new Map(), latest: START, shared: START });

export class WrittenPositions {
  /** The primary's position when it was last queried; null before the first query. */
  floor: Position | null = null;
  /** Changes since the primary was last queried. */
  #changes = none();
  /** Changes since the query before, while a query is in progress. */
  #before: Changes | null = null;

  /**
   * Call once a change is stored.
   * @param account the account whose rows were changed; null for rows of several accounts.
   */
  note(account: AccountId | null, position: Position): void {
    const changes = this.#changes;
    changes.latest = laterOf(changes.latest, position);
    if (account === null) changes.shared = laterOf(changes.shared, position);
    else changes.accounts.set(account, laterOf(changes.accounts.get(account) ?? START, position));
  }

  /** @param account null for all accounts. @returns null while no replica may be used. */
  of(account: AccountId | null): Position | null {
    if (this.floor === null) return null;
    return [this.#changes, this.#before ?? none()].reduce(
      (position, { accounts, latest, shared }) =>
        laterOf(position, account === null ? latest : laterOf(accounts.get(account) ?? START, shared)),
      this.floor,
    );
  }

  /**
   * Queries the primary's position, which covers every change that was recorded before; those are then removed, so that
   * only changes since then are kept.
   */
  async ask(position: () => Promise<Position>): Promise<void> {
    const covered = this.#changes;
    this.#before = covered;
    this.#changes = none();
    try {
      this.floor = await position();
    } catch (error) {
      this.#keep(covered);
      throw error;
    } finally {
      this.#before = null;
    }
  }

  #keep({ accounts, latest, shared }: Changes): void {
    const changes = this.#changes;
    for (const [account, position] of accounts)
      changes.accounts.set(account, laterOf(changes.accounts.get(account) ?? START, position));
    changes.latest = laterOf(changes.latest, latest);
    changes.shared = laterOf(changes.shared, shared);
  }
}
