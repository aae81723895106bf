/** The keys of a simulation: each with the rights to try, and whether it could be used at all. */
import { isIP } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import { isUuid } from '../../auth/caller';
import { compileAccess, useProblem, type KeyAccess, type KeyLink } from '../../auth/key-access';
import type { Repository } from '../../db/repository';
import type { Scope } from '../../db/scope';
import { linesBelow } from '../../db/statements/access-decisions';
import { badInput, GatewayError, noSuchReference, notFound } from '../../errors';
import { validate } from '../../graph/mutations/row-schema';
import type { Services } from '../../graph/request-context';
import { knownNetworks, knownTypes } from '../api-key/key-rights';
import { rightsSchema } from '../api-key/rights-input';
import type { CustomRole } from '../custom-role/custom-role.entity';
import type { DocumentInput, SimulatedRefusal, SimulatedRightsInput } from './simulation.objects';

/** A key and its descendants: more than an account has, by default. */
const MAX_KEYS = 1_000;

export interface Simulation {
  readonly keyId: string | null;
  readonly rights: SimulatedRightsInput | null;
  /** Null for recorded operations. */
  readonly documents: readonly DocumentInput[] | null;
  /** ISO 8601. */
  readonly since: string;
  /** The address of the requests; null when networks are ignored. */
  readonly address: string | null;
  /** When they are sent, ISO 8601. */
  readonly at: string;
  /** When the simulation began, milliseconds since 1970: all times are relative to it. */
  readonly nowMs: number;
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

/** The key's link of the chain with the rights to try; what the input omits stays as it is. */
async function tried(
  { services: { permissionTable }, customRoles }: Simulator,
  link: KeyLink,
  rights: SimulatedRightsInput,
  nowMs: number,
): Promise<KeyLink> {
  const { role, customRoleId, resourceTypes, ownerTeams, rowIds, networks, notBefore, ratePerMinute } = rights;
  const kept = role === undefined || role === 'CUSTOM' ? link.customRoleId : null;
  const wanted = validate(
    rightsSchema,
    {
      role: role ?? link.role,
      customRoleId: customRoleId === undefined ? kept : customRoleId,
      resourceTypes: resourceTypes === undefined ? link.resourceTypes : resourceTypes,
      ownerTeams: ownerTeams === undefined ? link.ownerTeams : ownerTeams,
      rowIds: rowIds === undefined ? link.rowIds : rowIds,
      networks: networks === undefined ? link.networks : networks,
      ratePerMinute: ratePerMinute === undefined ? link.ratePerMinute : ratePerMinute,
    },
    ['rights'],
  );
  if (wanted.resourceTypes) knownTypes(permissionTable, wanted.resourceTypes, 'rights');
  const startsInMs =
    notBefore === undefined ? link.startsInMs : notBefore === null ? null : Date.parse(notBefore) - nowMs;
  const id = wanted.customRoleId ?? null;
  const customRole = id === null ? null : await customRoles.get(id, ['name', 'permissions']);
  if (id !== null && customRole === null && id !== link.customRoleId)
    throw noSuchReference(['rights', 'customRoleId'], 'CustomRole');
  return {
    ...link,
    ...wanted,
    networks: wanted.networks ? knownNetworks(wanted.networks, 'rights').texts : null,
    startsInMs,
    roleName: customRole?.name,
    permissions: customRole?.permissions,
  };
}

export interface SimulatedKey {
  /** Null for a role alone. */
  readonly id: string | null;
  readonly access: KeyAccess;
  /** Milliseconds until it expires; null for never. */
  readonly endsInMs: number | null;
}

/** Each key in question with the rights to try: the key itself first, then its descendants. */
export async function simulatedKeys(
  simulator: Simulator,
  { keyId, rights, nowMs }: Simulation,
): Promise<readonly SimulatedKey[]> {
  const { scope, services } = simulator;
  const compile = (links: readonly KeyLink[]): KeyAccess => compileAccess(services.permissionTable, links, 0);
  if (keyId === null) {
    if (!rights?.role)
      throw badInput(['rights', 'role'], 'Name a key with keyId, or a role with rights: there is nothing to simulate.');
    return [{ id: null, access: compile([await tried(simulator, NO_LINK, rights, nowMs)]), endsInMs: null }];
  }
  const query = linesBelow(scope.requireAccount(), keyId.toLowerCase(), MAX_KEYS + 1);
  const rows = isUuid(keyId) ? await scope.read(query) : [];
  if (rows.length > MAX_KEYS)
    throw new GatewayError(
      'QUOTA_EXCEEDED',
      `More than ${MAX_KEYS} keys come from this key, and all of them are simulated with it. Name one of the keys below it.`,
      { maximum: MAX_KEYS },
    );
  const lines = rows.map(([id, line, remaining]) => ({
    id: String(id),
    links: line as readonly KeyLink[],
    endsInMs: remaining === null ? null : Number(remaining),
  }));
  const own = lines[0]?.links[0];
  if (!own) throw notFound();
  const changed = rights === null ? own : await tried(simulator, own, rights, nowMs);
  return lines.map(({ id, links, endsInMs }) => ({
    id,
    access: compile(links.map((link) => (link.id === own.id ? changed : link))),
    endsInMs,
  }));
}

/** The keys that are refused whatever they request. @throws GatewayError BAD_USER_INPUT */
export function refusedKeys(keys: readonly SimulatedKey[], { address, at, nowMs }: Simulation): SimulatedRefusal[] {
  if (address !== null && isIP(address) === 0)
    throw badInput(['address'], `address ${JSON.stringify(address)} is not an IPv4 or IPv6 address.`);
  // Relative to now, like `startsAtMs`.
  const usedAtMs = Date.parse(at) - nowMs;
  return keys.flatMap(({ id: keyId, access, endsInMs }) => {
    const hasEnded = endsInMs !== null && endsInMs <= usedAtMs;
    const reason = hasEnded
      ? 'This key is no longer valid at that time: it has expired or is revoked.'
      : useProblem(access, address, usedAtMs);
    return reason === null ? [] : [{ keyId, reason }];
  });
}
