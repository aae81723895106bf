/** Generated delegation chains as the database returns them, and every request that such a key could send. */
import fc from 'fast-check';
import type { Grants } from '../../src/auth/grants';
import { ACTIONS, PermissionTable } from '../../src/auth/grants';
import { ROLES, type KeyLink } from '../../src/auth/key-access';
import { fieldPermissions } from '../../src/graph/permissions';
import { resources } from '../../src/resources';
import { permissionEntries, permissionTypes, restrictableTypes } from '../../src/resources/permissions';
import { gatewaySchema } from '../harness/factories';

export const table = new PermissionTable(permissionTypes(resources), restrictableTypes(resources));

/** The requirement of every field of the schema, by its path. */
export const OPERATIONS: readonly (readonly [path: string, needed: Grants])[] = [
  ...fieldPermissions(gatewaySchema, table, permissionEntries(resources)),
];

export const TEAMS = ['support', 'sales', 'Sales', '"quoted"', 'b\\s'] as const;
export const ROW_IDS = [1, 2, 3, 4].map((digit) => `01a209d4-7e28-746e-9e34-45d1d013a72${digit}`);

/** Some contain others; those in one list must not. */
const NETWORKS = [
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.0/24',
  '10.1.2.3/32',
  '192.168.0.0/16',
  '0.0.0.0/0',
  '2001:db8::/32',
  '2001:db8:1::/48',
  '::/0',
];
export const ADDRESSES = ['10.1.2.3', '10.1.2.4', '10.1.3.1', '10.2.0.1', '192.168.7.7', '203.0.113.9'].concat(
  '2001:db8:1::5',
  '2001:db8:2::5',
  '2001:db9::5',
);

export const HOUR_MS = 3_600_000;
/**
 * Milliseconds since the look-up of the key: before, between and after the times at which generated keys start and
 * expire.
 */
export const TIMES_MS = [0, 1, HOUR_MS, 3 * HOUR_MS, 1e16];

/** A key as the database returns it; a chain has a single end. */
export interface GeneratedLink extends KeyLink {
  /** Milliseconds until it ends; null means never. */
  readonly endsInMs: number | null;
}

export const PERMISSIONS = table.types.flatMap((type) => ACTIONS.map((action) => `${type}:${action.toLowerCase()}`));

/** Mostly absent, so that the first key of a chain does not already forbid everything. */
const rarely = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ arbitrary: fc.constant(null), weight: 9 }, { arbitrary: some, weight: 2 });

/** Values that should never have been stored and that the gateway must not trust. */
const malformed = fc.constantFrom<unknown>('agents', 7, {}, [1], [null], true);

const orMalformed = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: value, weight: 60 }, { arbitrary: malformed, weight: 1 });

const some = (values: readonly string[]): fc.Arbitrary<string[]> => fc.subarray([...values]);

/** Mostly many known permissions: a role with an unknown one grants nothing. */
const customPermissions = fc
  .tuple(fc.subarray([...PERMISSIONS], { minLength: PERMISSIONS.length / 2 }), fc.nat({ max: 19 }))
  .map(([permissions, chance]) => (chance === 0 ? [...permissions, 'dragons:read'] : permissions));

let links = 0;

export const link: fc.Arbitrary<GeneratedLink> = fc
  .record({
    role: fc.oneof(
      { arbitrary: fc.constantFrom<unknown>(...ROLES, 'ADMINISTRATOR', 'ADMINISTRATOR', 'CREATOR'), weight: 60 },
      { arbitrary: fc.constant<unknown>('CUSTOM'), weight: 15 },
      { arbitrary: fc.constantFrom<unknown>('OWNER', 'viewer', '', null, 7), weight: 1 },
    ),
    // Only custom roles have permissions here.
    permissions: orMalformed(customPermissions),
    resourceTypes: orMalformed(rarely(some([...table.types, 'dragons']))),
    networks: orMalformed(rarely(some([...NETWORKS, 'anywhere']).map((list) => list.slice(0, 2)))),
    ownerTeams: orMalformed(rarely(some(TEAMS))),
    rowIds: orMalformed(rarely(some(ROW_IDS))),
    startsInMs: rarely(fc.constantFrom(-HOUR_MS, 1, HOUR_MS, 1e15)),
    endsInMs: rarely(fc.constantFrom(1, 2 * HOUR_MS, 1e15)),
    ratePerMinute: orMalformed(rarely(fc.integer({ min: 1, max: 1_000 }))),
  })
  .map((rights) => ({ ...rights, id: `key ${(links += 1)}` }));

/** The key itself, then the keys above it: up to five delegations. */
export const line = fc.array(link, { minLength: 1, maxLength: 6, size: 'max' });

/** A row that belongs to a team or to none. */
export interface Row {
  readonly id: string;
  readonly team: string | null;
}

export const ROWS: readonly Row[] = ROW_IDS.flatMap((id) => [...TEAMS, null].map((team) => ({ id, team })));
