/**
 * The positions of this client's changes, as tokens from the gateways: reads that send them back see the changes at any
 * gateway.
 */

export const CONSISTENCY_TOKEN = 'x-consistency-token';

/** A request with more tokens is not refused, but only the primary answers it. */
const MAX_TOKENS = 16;

export class ConsistencyTokens {
  private tokens: readonly string[] = [];

  /** The tokens for the next request; empty before the first change. */
  current(): readonly string[] {
    return this.tokens;
  }

  /**
   * @param token the token of the answer to a change.
   * @param known the tokens that were current when the change was sent. They were stored before the change, which
   * therefore replaces them; the order of overlapping changes is not known, so all of these are kept.
   */
  add(token: string, known: readonly string[]): void {
    this.tokens = [...this.tokens.filter((other) => !known.includes(other)), token].slice(-MAX_TOKENS);
  }
}
