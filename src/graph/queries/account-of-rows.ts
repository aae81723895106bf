/** The account of an answer that is computed from many rows, so that the output guard can check it. */

/**
 * The account that the rows belong to. Never taken from the scope alone: then nothing would notice rows that a
 * statement without its account filter returned.
 * @param expected the account of the scope; the answer's own when there are no rows.
 * @returns the first account that is not the expected one, which the output guard filters out and reports.
 */
export function accountOfRows(expected: string, accountIds: Iterable<string>): string {
  for (const accountId of accountIds) if (accountId !== expected) return accountId;
  return expected;
}
