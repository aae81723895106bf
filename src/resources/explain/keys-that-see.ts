/** Which keys of an account can see one of its rows: by role, resource types and the rows they reach. */
import { covers, type PermissionTable } from '../../auth/grants';
import { compileAccess, type KeyAccess, type KeyLink } from '../../auth/key-access';
import { admits, ownerTeamOf } from '../../auth/row-restriction';
import type { Scope } from '../../db/scope';
import { acceptedKeys } from '../../db/statements/access-decisions';
import { getStatement } from '../../db/statements/select';
import type { Table } from '../../db/statements/table';
import { permissionType, type Resource } from '../../graph/resource';

/** More keys than an account has, by default. */
const MAX_KEYS = 1_000;
/** Their use does not matter. */
const EARLIEST = '2000-01-01T00:00:00.000Z';

/** A row with its own owner: the row itself, or the one that it belongs to. */
interface OwnedRow {
  readonly id: string;
  readonly team: string | null;
}

async function valueOf(scope: Scope, table: Table, id: string, property: string): Promise<unknown> {
  const { text, columns } = getStatement(table, [property], true, 'INCLUDE');
  const [row] = await scope.read({ text, values: [scope.requireAccount(), id] });
  return row?.[columns.findIndex((column) => column.property === property)];
}

/** @returns null for rows outside every restriction. */
async function ownedRow(scope: Scope, table: Table, id: string): Promise<OwnedRow | null> {
  const { reach } = table;
  if (reach?.by === 'owner') return { id, team: ownerTeamOf(await valueOf(scope, table, id, 'metadata')) };
  if (reach?.by !== 'parent') return null;
  const parentId = await valueOf(scope, table, id, reach.column);
  return typeof parentId === 'string' ? ownedRow(scope, reach.parent(), parentId) : null;
}

function reaches({ rows, line }: KeyAccess, table: Table, id: string, owned: OwnedRow | null): boolean {
  if (rows === null) return true;
  if (table.reach?.by === 'key') return line[0] === id;
  return owned !== null && admits(rows, owned.id, owned.team);
}

/**
 * @param scope of the row's account.
 * @param resource of the row.
 * @returns the ids of the accepted keys that can see the row, deleted or not.
 */
export async function keysThatSee(
  scope: Scope,
  table: PermissionTable,
  resource: Resource,
  id: string,
): Promise<readonly string[]> {
  const rows = scope.database.table(resource.entity);
  const needed = table.grant('READ', [permissionType(resource)]);
  const owned = await ownedRow(scope, rows, id);
  const keys = await scope.read(acceptedKeys(scope.requireAccount(), EARLIEST, MAX_KEYS, null));
  return keys
    .map((key) => ({ keyId: String(key[0]), access: compileAccess(table, key.at(-1) as readonly KeyLink[], 0) }))
    .filter(({ access }) => covers(access.grants, needed) && reaches(access, rows, id, owned))
    .map(({ keyId }) => keyId);
}
