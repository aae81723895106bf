/** Idempotent requests: a repeat changes nothing and gets the stored result, from the transaction that stored it. */
import { GatewayError } from '../errors';
import type { IdempotentRequest } from './origin';
import { encryptedColumn, type KeyedColumn } from './setup/rotate-secrets-key';
import { withScope } from './statements/row';
import type { Transaction } from './transaction';
import type { EncryptionContext, Vault } from './vault';

const reused = (): GatewayError =>
  new GatewayError(
    'CONFLICT',
    'This Idempotency-Key was used with another operation, other variables or another restriction of the key within the last 24 hours. Use a new key for a new change.',
  );

/** Accounts share one table; changes by master keys across accounts have their own. */
function sql(ofAccount: boolean): Record<'forget' | 'begin' | 'find' | 'store', string> {
  const table = ofAccount ? 'idempotency' : 'operator_idempotency';
  // The account is a parameter of every statement; for an operator it is null, which matches no row.
  const own = ofAccount ? 'account_id = $1' : '$1::uuid IS NULL';
  const [columns, values] = ofAccount
    ? ['account_id, caller_id', 'VALUES ($1::uuid, $2::uuid, $3, $4::integer, $5::bytea)']
    : ['caller_id', 'SELECT $2::uuid, $3, $4::integer, $5::bytea WHERE $1::uuid IS NULL'];
  const row = `${own} AND caller_id = $2 AND key = $3 AND write = $4`;
  return {
    forget: `DELETE FROM ${table} WHERE ${own} AND created_at < now() - interval '24 hours'`,
    begin: `INSERT INTO ${table} (${columns}, key, write, fingerprint) ${values} ON CONFLICT DO NOTHING RETURNING write`,
    find: `SELECT fingerprint, answer FROM ${table} WHERE ${row}`,
    store: `UPDATE ${table} SET answer = $5 WHERE ${row}`,
  };
}

const SQL = { account: sql(true), operator: sql(false) };

type Row = readonly [accountId: string | null, callerId: string, key: string, write: number | string];

const contextOf = (row: Row): EncryptionContext => ({
  accountId: row[0] ?? '',
  rowId: row.join(' '),
  field: 'idempotency.answer',
});

/** For changing the secrets key: the stored results. */
export const keptAnswers = (from: Vault, to: Vault): KeyedColumn[] =>
  [
    ['idempotency', 'account_id'],
    ['operator_idempotency', 'NULL'],
  ].map(([table = '', account = '']) =>
    encryptedColumn(from, to, { table, column: 'answer', context: [account, 'caller_id', 'key', 'write'] }, (row) =>
      contextOf([row[0] ?? null, row[1] ?? '', row[2] ?? '', row[3] ?? '']),
    ),
  );

/** Binary columns are never shown, so the result omits them. */
const withoutBytes = (_property: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' ? undefined : value;

/**
 * Runs `work` unless the same request ran it within 24 hours; in that case returns the stored result. A repeat that
 * arrives while the first is still running waits for it. The result may hold a key's secret, so it is stored encrypted.
 * @param write which of the request's writes it is.
 * @throws GatewayError CONFLICT when the key was used for a different request.
 */
export async function runOnce<T>(
  transaction: Transaction,
  { key, fingerprint }: IdempotentRequest,
  write: number,
  work: () => Promise<T>,
): Promise<T> {
  const { scope } = transaction;
  const { accountId, caller, database } = scope;
  const texts = accountId === null ? SQL.operator : SQL.account;
  const row = [accountId, caller.keyId, key, write] as const;
  const context = contextOf(row);
  const [, begun = []] = await transaction.run([
    { text: texts.forget, values: [accountId] },
    { text: texts.begin, values: [...row, fingerprint] },
  ]);
  if (begun.length === 1) {
    const result = await work();
    const answer = database.vault.encrypt(JSON.stringify(result, withoutBytes), context);
    await transaction.runLast({ text: texts.store, values: [...row, answer] });
    return result;
  }
  const [[known, answer] = []] = await transaction.read({ text: texts.find, values: row });
  if (!(known instanceof Uint8Array) || !fingerprint.equals(known)) throw reused();
  if (!(answer instanceof Uint8Array)) throw new Error('A request was stored without its answer');
  // The stored result is the result of this same request; its rows resolve further fields under this request's scope.
  return JSON.parse(database.vault.decrypt(Buffer.from(answer), context), (_property, value: unknown) =>
    withScope(value, scope),
  ) as T;
}
