/** Rotates the secrets key of a database. */
import type { Client } from 'pg';
import type { Vault } from '../vault';
import { asOwner } from './owner';
import { refuseGateways } from './refuse-gateways';
import { otherKey } from './secrets-key-id';

/** A column whose values depend on the secrets key, and how to compute each again with another key. */
export interface KeyedColumn {
  readonly table: string;
  readonly column: string;
  /** SQL of the other inputs of a value, each as text: the row's account first, in tables of accounts. */
  readonly context: readonly string[];
  /** @throws Error when the value was not made with the old key. */
  readonly renew: (value: unknown, context: readonly (string | null)[]) => Buffer | string;
}

interface Renewed {
  readonly table: string;
  readonly values: number;
}

const PAGE_ROWS = 500;

/** One row after another, in the order of their contexts: their audit events must not reveal how rows are stored. */
async function renewColumn(owner: Client, { table, column, context, renew }: KeyedColumn): Promise<Renewed> {
  const values = context.map((sql) => `(${sql})::text COLLATE "C"`).join(', ');
  const order = context.map((_sql, index) => index + 3).join(', ');
  await owner.query(
    `DECLARE keyed NO SCROLL CURSOR FOR SELECT ctid::text, ${column}, ${values} FROM ${table} WHERE ${column} IS NOT NULL ORDER BY ${order}`,
  );
  // Rows of several shards have the same place, but those of one account are all in one shard.
  const own = context[0] === 'account_id' ? 'account_id = $3' : '$3::uuid IS NULL';
  // Without a name: a pooler would lend the session, including the name, to others.
  const update = `UPDATE ${table} SET ${column} = $2 WHERE ctid = $1::tid AND ${own}`;
  const fetch = { text: `FETCH ${PAGE_ROWS} FROM keyed`, rowMode: 'array' } as const;
  let count = 0;
  for (let { rows } = await owner.query<unknown[]>(fetch); rows.length > 0; { rows } = await owner.query(fetch)) {
    for (const [place, value, ...rest] of rows) {
      const texts = rest.map((each) => (typeof each === 'string' ? each : null));
      await owner.query(update, [place, renew(value, texts), context[0] === 'account_id' ? texts[0] : null]);
    }
    count += rows.length;
  }
  await owner.query('CLOSE keyed');
  return { table, values: count };
}

/** @returns null if the database already has the new key. */
async function renewAll(
  owner: Client,
  from: Vault,
  to: Vault,
  columns: readonly KeyedColumn[],
): Promise<Renewed[] | null> {
  // A gateway that starts in the meantime waits for the lock and is refused.
  await owner.query('LOCK TABLE secrets_key IN ACCESS EXCLUSIVE MODE');
  await refuseGateways(
    owner,
    'Stop every gateway, then rotate the key: a running gateway would encrypt with the old one.',
  );
  const { rows } = await owner.query<{ key_id: Buffer }>('SELECT key_id FROM secrets_key');
  const stored = rows[0]?.key_id ?? from.keyId;
  if (to.keyId.equals(stored)) return null;
  if (!from.keyId.equals(stored)) throw otherKey();
  // The policies bind the owner too. No one else sees this: the tables are locked until everything is stored.
  const force = async (how: 'FORCE' | 'NO FORCE'): Promise<void> => {
    for (const { table } of columns) await owner.query(`ALTER TABLE ${table} ${how} ROW LEVEL SECURITY`);
  };
  await force('NO FORCE');
  // A lock for the chain of each account would be more than the server's table of locks has room for.
  await owner.query("LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE; SET LOCAL app.chains = 'locked'");
  const renewed: Renewed[] = [];
  for (const column of columns) renewed.push(await renewColumn(owner, column));
  // The audit events of the change are written now: a table with pending events cannot be altered.
  await owner.query('SET CONSTRAINTS ALL IMMEDIATE');
  await force('FORCE');
  await owner.query('DELETE FROM secrets_key');
  await owner.query('INSERT INTO secrets_key (key_id) VALUES ($1)', [to.keyId]);
  return renewed;
}

/**
 * Recomputes every value that depends on the secrets key in one transaction, all or none.
 * @param ownerUrl of a migrated database that no gateway is connected to.
 * @returns what was renewed; null when the database already has the new key.
 * @throws SetupError when the database's key is neither of the two, or a gateway is running.
 */
export const rotateSecretsKey = (
  ownerUrl: string,
  from: Vault,
  to: Vault,
  columns: readonly KeyedColumn[],
): Promise<Renewed[] | null> => asOwner(ownerUrl, (owner) => renewAll(owner, from, to, columns));

/** A binary column that a vault encrypts. @param place the location of a value, from its context. */
export const encryptedColumn = (
  from: Vault,
  to: Vault,
  column: Pick<KeyedColumn, 'table' | 'column' | 'context'>,
  place: (context: readonly (string | null)[]) => Parameters<Vault['encrypt']>[1],
): KeyedColumn => ({
  ...column,
  renew: (value, context) => {
    if (!Buffer.isBuffer(value)) throw new Error(`${column.table}.${column.column} holds no bytes`);
    const where = place(context);
    return to.encrypt(from.decrypt(value, where), where);
  },
});
