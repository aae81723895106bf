/** What a key or a role would be allowed: decided by the same code as requests, on recorded or given operations. */
import { ownerOf } from '../../auth/caller';
import type { KeyAccess } from '../../auth/key-access';
import { MASTER_PERMISSION } from '../../db/decisions';
import { requestedOperations, countedOnly } from '../../db/statements/access-decisions';
import { badInput, notFound } from '../../errors';
import { requirementOf } from '../../graph/policy';
import { selectedFieldPaths } from '../explain/explain-operation';
import { refusedKeys, simulatedKeys, type SimulatedKey, type Simulation, type Simulator } from './simulated-keys';
import type { AccessSimulation, DocumentInput, SimulatedOperation } from './simulation.objects';

export const MAX_OPERATIONS = 1_000;
export const MAX_DOCUMENTS = 4;
const MAX_INT = 2_147_483_647;

/** A recorded permission that this release no longer knows is missing for every key. */
function missingOf({ table, grants }: KeyAccess, permissions: readonly string[]): string[] | null {
  const held = new Set(table.names(grants));
  const missing = permissions.filter((permission) => !held.has(permission));
  return missing.length === 0 ? null : missing;
}

function givenOperations(
  { schema, scope, services }: Simulator,
  documents: readonly DocumentInput[],
  keyId: string | null,
  access: KeyAccess,
): SimulatedOperation[] {
  if (documents.length > MAX_DOCUMENTS)
    throw badInput(
      ['documents'],
      `Give at most ${MAX_DOCUMENTS} documents, not ${documents.length}; send the others next.`,
    );
  const owner = ownerOf(scope.caller, '');
  return documents.map(({ document, operationName = null }, index) => {
    const paths = selectedFieldPaths(schema, owner, document, operationName, ['documents', index, 'document']);
    const { operation, permissions } = requirementOf(services, paths);
    const missing = missingOf(access, permissions);
    return { keyId, operation, permissions: [...permissions], missing, count: 1, lastAt: null };
  });
}

async function recordedOperations(
  { scope, services }: Simulator,
  keys: readonly SimulatedKey[],
  since: string,
): Promise<{ operations: SimulatedOperation[]; more: boolean; unrecorded: number }> {
  // The result includes what this process has counted but not written yet.
  await services.decisions.flush();
  const accountId = scope.requireAccount();
  const accesses = new Map(keys.flatMap(({ id, access }) => (id === null ? [] : [[id, access] as const])));
  const ids = [...accesses.keys()];
  const [rows, [unrecorded]] = await Promise.all([
    scope.read(requestedOperations(accountId, ids, since, MAX_OPERATIONS + 1)),
    scope.read(countedOnly(accountId, since)),
  ]);
  const operations = rows.slice(0, MAX_OPERATIONS).flatMap(([id, operation, required, count, lastAt]) => {
    const keyId = String(id);
    const access = accesses.get(keyId);
    const permissions = Array.isArray(required) ? required.map(String) : [MASTER_PERMISSION];
    if (!access) return [];
    const missing = missingOf(access, permissions);
    return [
      { keyId, operation: String(operation), permissions, missing, count: Number(count), lastAt: String(lastAt) },
    ];
  });
  return { operations, more: rows.length > MAX_OPERATIONS, unrecorded: Number(unrecorded?.[0] ?? 0) };
}

const sum = (operations: readonly SimulatedOperation[]): number =>
  Math.min(
    MAX_INT,
    operations.reduce((total, { count }) => total + count, 0),
  );

/**
 * Decides operations with rights other than a key's, or with those of a role. Changes nothing.
 * @throws GatewayError NOT_FOUND for a key that is not the account's; BAD_USER_INPUT; QUOTA_EXCEEDED for too many keys
 */
export async function simulateAccess(simulator: Simulator, simulation: Simulation): Promise<AccessSimulation> {
  const { keyId, documents, since } = simulation;
  const keys = await simulatedKeys(simulator, simulation);
  const [first] = keys;
  if (!first) throw notFound();
  if (documents === null && keyId === null)
    throw badInput(['documents'], 'Name a key with keyId, or give documents: nothing is recorded of a role.');
  const refused = refusedKeys(keys, simulation);
  const { access } = first;
  const { operations, more, unrecorded } = documents
    ? { operations: givenOperations(simulator, documents, first.id, access), more: false, unrecorded: 0 }
    : await recordedOperations(simulator, keys, since);
  const isAllowed = (operation: SimulatedOperation): boolean =>
    operation.missing === null && !refused.some((key) => key.keyId === operation.keyId);
  return {
    accountId: simulator.scope.requireAccount(),
    role: access.role,
    permissions: access.table.names(access.grants),
    refusedKeys: refused,
    ratePerMinute: access.ratePerMinute,
    allowed: sum(operations.filter(isAllowed)),
    refused: sum(operations.filter((operation) => !isAllowed(operation))),
    operations,
    more,
    unrecorded: Math.min(MAX_INT, unrecorded),
  };
}
