/**
 * How far a replica must have come before an account may be read from it: to where the primary was when last asked, and
 * to the account's last change that was stored since.
 */
import type { AccountId } from '../../auth/caller';
import { laterOf, START, type Position } from './position';

/** Changes since a time. */
interface Changes {
  readonly accounts: Map<string, Position>;
  /** Of all accounts together. */
  latest: Position;
  /** Of those that are not one account's. */
  shared: Position;
}

const none = (): Changes => ({ accounts: new Map(), latest: START, shared: START });

export class WrittenPositions {
  /** The primary's position when it was last asked; null before the first time. */
  floor: Position | null = null;
  /** Since the primary was last asked. */
  #changes = none();
  /** Since the time before, while it is being asked. */
  #before: Changes | null = null;

  /**
   * Call once a change is stored.
   * @param account whose rows were changed; null for those of several accounts.
   */
  note(account: AccountId | null, position: Position): void {
    const changes = this.#changes;
    changes.latest = laterOf(changes.latest, position);
    if (account === null) changes.shared = laterOf(changes.shared, position);
    else changes.accounts.set(account, laterOf(changes.accounts.get(account) ?? START, position));
  }

  /** @param account null for all accounts. @returns null while nothing may be read from a replica. */
  of(account: AccountId | null): Position | null {
    if (this.floor === null) return null;
    return [this.#changes, this.#before ?? none()].reduce(
      (position, { accounts, latest, shared }) =>
        laterOf(position, account === null ? latest : laterOf(accounts.get(account) ?? START, shared)),
      this.floor,
    );
  }

  /**
   * Asks the primary for its position, which covers every change that was noted before: those are forgotten then, so
   * that no more are kept than were stored since.
   */
  async ask(position: () => Promise<Position>): Promise<void> {
    const asked = this.#changes;
    this.#before = asked;
    this.#changes = none();
    try {
      this.floor = await position();
    } catch (error) {
      this.#keep(asked);
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
