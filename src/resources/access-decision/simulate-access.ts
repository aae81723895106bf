/** What a key, or a role, would be allowed: decided by the same code as requests, about operations that were recorded or are given. */
import type { GraphQLSchema } from 'graphql';
import { isUuid } from '../../auth/caller';
import { compileAccess, type KeyAccess, type KeyLink } from '../../auth/key-access';
import { MASTER_PERMISSION } from '../../db/decisions';
import type { Repository } from '../../db/repository';
import type { Scope } from '../../db/scope';
import { askedFor, countedOnly, linesBelow } from '../../db/statements/access-decisions';
import { badInput, noSuchReference, notFound } from '../../errors';
import { validate } from '../../graph/mutations/row-schema';
import { requirementOf } from '../../graph/policy';
import type { Services } from '../../graph/request-context';
import { knownTypes } from '../api-key/key-rights';
import { rightsSchema } from '../api-key/rights-input';
import type { CustomRole } from '../custom-role/custom-role.entity';
import { selectedFieldPaths } from '../explain/explain-operation';
import type { AccessSimulation, DocumentInput, SimulatedOperation, SimulatedRightsInput } from './simulation.objects';

/** More keys than an account has, by default. */
const MAX_KEYS = 1_000;
export const MAX_OPERATIONS = 1_000;
export const MAX_DOCUMENTS = 4;
const MAX_INT = 2_147_483_647;

export interface Simulation {
  readonly keyId: string | null;
  readonly rights: SimulatedRightsInput | null;
  /** Null for what was recorded. */
  readonly documents: readonly DocumentInput[] | null;
  /** ISO 8601. */
  readonly since: string;
}

export interface Simulator {
  readonly scope: Scope;
  readonly schema: GraphQLSchema;
  readonly services: Pick<Services, 'permissionTable' | 'permissions' | 'masterFields' | 'decisions'>;
  readonly customRoles: Repository<CustomRole>;
}

const NO_LINK: KeyLink = {
  id: '',
  role: null,
  resourceTypes: null,
  networks: null,
  ratePerMinute: null,
  startsInMs: null,
};

/** The link with the rights that are tried; what the input does not name stays as it is. */
async function tried(
  { services: { permissionTable }, customRoles }: Simulator,
  link: KeyLink,
  rights: SimulatedRightsInput,
): Promise<KeyLink> {
  const { role, customRoleId, resourceTypes, ownerTeams, rowIds } = rights;
  const kept = role === undefined || role === 'CUSTOM' ? link.customRoleId : null;
  const wanted = validate(
    rightsSchema,
    {
      role: role ?? link.role,
      customRoleId: customRoleId === undefined ? kept : customRoleId,
      resourceTypes: resourceTypes === undefined ? link.resourceTypes : resourceTypes,
      ownerTeams: ownerTeams === undefined ? link.ownerTeams : ownerTeams,
      rowIds: rowIds === undefined ? link.rowIds : rowIds,
    },
    ['rights'],
  );
  if (wanted.resourceTypes) knownTypes(permissionTable, wanted.resourceTypes, 'rights');
  const id = wanted.customRoleId ?? null;
  const customRole = id === null ? null : await customRoles.get(id, ['name', 'permissions']);
  if (id !== null && customRole === null && id !== link.customRoleId)
    throw noSuchReference(['rights', 'customRoleId'], 'CustomRole');
  return { ...link, ...wanted, roleName: customRole?.name, permissions: customRole?.permissions };
}

/** The access of each key in question with the rights that are tried: the key itself first, then those below it. */
async function accesses(
  simulator: Simulator,
  { keyId, rights }: Simulation,
): Promise<ReadonlyMap<string | null, KeyAccess>> {
  const { scope, services } = simulator;
  const compile = (links: readonly KeyLink[]): KeyAccess => compileAccess(services.permissionTable, links, 0);
  if (keyId === null) {
    if (!rights?.role)
      throw badInput(['rights', 'role'], 'Name a key with keyId, or a role with rights: there is nothing to simulate.');
    return new Map([[null, compile([await tried(simulator, NO_LINK, rights)])]]);
  }
  const rows = isUuid(keyId) ? await scope.read(linesBelow(scope.requireAccount(), keyId.toLowerCase(), MAX_KEYS)) : [];
  const lines = rows.map(([id, line]) => [String(id), line as readonly KeyLink[]] as const);
  const own = lines[0]?.[1][0];
  if (!own) throw notFound();
  const changed = rights === null ? own : await tried(simulator, own, rights);
  return new Map(lines.map(([id, links]) => [id, compile(links.map((link) => (link.id === own.id ? changed : link)))]));
}

/** A recorded permission that this release no longer knows is missing for every key. */
function missingOf({ table, grants }: KeyAccess, permissions: readonly string[]): string[] | null {
  const held = new Set(table.names(grants));
  const missing = permissions.filter((permission) => !held.has(permission));
  return missing.length === 0 ? null : missing;
}

function givenOperations(
  { schema, services }: Simulator,
  documents: readonly DocumentInput[],
  keyId: string | null,
  access: KeyAccess,
): SimulatedOperation[] {
  if (documents.length > MAX_DOCUMENTS)
    throw badInput(
      ['documents'],
      `Give at most ${MAX_DOCUMENTS} documents, not ${documents.length}; send the others next.`,
    );
  return documents.map(({ document, operationName = null }, index) => {
    const paths = selectedFieldPaths(schema, document, operationName, ['documents', index, 'document']);
    const { operation, permissions } = requirementOf(services, paths);
    const missing = missingOf(access, permissions);
    return { keyId, operation, permissions: [...permissions], missing, count: 1, lastAt: null };
  });
}

async function recordedOperations(
  { scope, services }: Simulator,
  keys: ReadonlyMap<string | null, KeyAccess>,
  since: string,
): Promise<{ operations: SimulatedOperation[]; more: boolean; unrecorded: number }> {
  // What this process has counted but not written yet belongs to the answer.
  await services.decisions.flush();
  const accountId = scope.requireAccount();
  const ids = [...keys.keys()].filter((id) => id !== null);
  const [rows, [unrecorded]] = await Promise.all([
    scope.read(askedFor(accountId, ids, since, MAX_OPERATIONS + 1)),
    scope.read(countedOnly(accountId, since)),
  ]);
  const operations = rows.slice(0, MAX_OPERATIONS).flatMap(([id, operation, asked, count, lastAt]) => {
    const keyId = String(id);
    const access = keys.get(keyId);
    const permissions = Array.isArray(asked) ? asked.map(String) : [MASTER_PERMISSION];
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
 * Decides operations with other rights than a key has, or with those of a role. Changes nothing.
 * @throws GatewayError NOT_FOUND for a key that is not the account's; BAD_USER_INPUT
 */
export async function simulateAccess(simulator: Simulator, simulation: Simulation): Promise<AccessSimulation> {
  const { keyId, documents, since } = simulation;
  const keys = await accesses(simulator, simulation);
  const [first] = keys.values();
  if (!first) throw notFound();
  if (documents === null && keyId === null)
    throw badInput(['documents'], 'Name a key with keyId, or give documents: nothing is recorded of a role.');
  const { operations, more, unrecorded } = documents
    ? { operations: givenOperations(simulator, documents, keyId, first), more: false, unrecorded: 0 }
    : await recordedOperations(simulator, keys, since);
  return {
    accountId: simulator.scope.requireAccount(),
    role: first.role,
    permissions: first.table.names(first.grants),
    allowed: sum(operations.filter(({ missing }) => missing === null)),
    refused: sum(operations.filter(({ missing }) => missing !== null)),
    operations,
    more,
    unrecorded: Math.min(MAX_INT, unrecorded),
  };
}
