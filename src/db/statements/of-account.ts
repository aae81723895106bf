/**
 * The end of a statement that calls a function for the account of its first parameter: with shards, the function then runs
 * where the account's rows are, in the session that changes them. Imports nothing, since the command line uses it.
 */
export const OF_ACCOUNT = 'FROM "account" t WHERE t."id" = $1';
