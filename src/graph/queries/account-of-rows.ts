/** The account of an answer computed from many rows, so that the output guard can check it. */

/**
 * The account the rows belong to. Never taken from the scope alone: that would hide rows returned by a statement without
 * its account filter.
 * @param expected the scope's account; the result if there are no rows.
 * @returns the first account other than the expected one, which the output guard then filters out and reports.
 */
export function accountOfRows(expected: string, accountIds: Iterable<string>): string {
  for (const accountId of accountIds) if (accountId !== expected) return accountId;
  return expected;
}
