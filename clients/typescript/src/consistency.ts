/** What this client has stored, as the gateways tell it: reads that send it back see it, whichever gateway they reach. */

export const CONSISTENCY_TOKEN = 'x-consistency-token';

/** A request with more is refused nothing, but answered by the primary alone. */
const MAX_TOKENS = 16;

export class ConsistencyTokens {
  private tokens: readonly string[] = [];

  /** What a request that is sent now sends back; empty before the first change. */
  current(): readonly string[] {
    return this.tokens;
  }

  /**
   * @param token of the answer to a change.
   * @param known what was current when the change was sent. It was stored before the change, which therefore replaces it;
   * the order of changes that overlapped is not known, so that all of them are kept.
   */
  add(token: string, known: readonly string[]): void {
    this.tokens = [...this.tokens.filter((other) => !known.includes(other)), token].slice(-MAX_TOKENS);
  }
}
