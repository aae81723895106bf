/** Whether a gateway may serve from its database: what each role may do, and what protects rows on every server. */
import { ROLE_KINDS, type RoleKind } from '../setup/roles';
import type { Ask } from './catalog';
import { SHOW_SHARDS } from './shards';
import { findFaults } from './verify-isolation';
import { findShardFaults, NO_SHARD_FAULTS, type ShardFaults } from './verify-shards';
import { findWriteFaults } from './verify-writable';

/**
 * What was found. Unreachable servers are not faults: nothing can be served from there, and their accounts must not take
 * down all others.
 */
export type Verification = ShardFaults;

/** Precedes a query that another server has to answer, which may never happen: those who ask /readyz wait 3 seconds. */
const WITHIN_SECONDS = "SET LOCAL statement_timeout = '2s'";

/**
 * @param askAs how a role asks the database, after these settings.
 * @param isDistributed whether tables are divided among shards.
 */
export async function verifyDatabase(
  askAs: (role: RoleKind, ...settings: readonly string[]) => Ask,
  isDistributed: boolean,
): Promise<Verification> {
  const askInTime = (role: RoleKind): Ask => askAs(role, SHOW_SHARDS, WITHIN_SECONDS);
  const servers = { tenant: askInTime('tenant'), others: [askInTime('operator'), askInTime('restricted')] };
  const [shards, ...faults] = await Promise.all([
    isDistributed ? findShardFaults(askAs('tenant', SHOW_SHARDS), servers) : NO_SHARD_FAULTS,
    findWriteFaults(askAs('operator')),
    ...ROLE_KINDS.map((role) => findFaults(role, askAs(role))),
  ]);
  return { faults: [...shards.faults, ...faults.flat()], unreachable: shards.unreachable };
}
