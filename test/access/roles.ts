/** Custom roles, created as an administrator creates them. */
import type { Client } from '../harness/gateway';

/** @returns the id of the role. */
export async function createRole(client: Client, name: string, permissions: readonly string[]): Promise<string> {
  const { createCustomRole: role } = await client.ask<{ createCustomRole: { id: string } }>(
    'mutation ($input: CreateCustomRoleInput!) { createCustomRole(input: $input) { id } }',
    { input: { name, permissions } },
  );
  return role.id;
}

export const UPDATE_ROLE =
  'mutation ($id: ID!, $input: UpdateCustomRoleInput!) { updateCustomRole(id: $id, input: $input) { permissions } }';
export const DELETE_ROLE =
  'mutation ($id: ID!, $force: Boolean!) { deleteCustomRole(id: $id, force: $force) { id deletedAt } }';
export const RESTORE_ROLE = 'mutation ($id: ID!) { restoreCustomRole(id: $id) { id } }';

/** The current permissions of a key, and the name of its role. */
export async function viewed(key: Client): Promise<{ role: string; permissions: readonly string[] }> {
  const { viewer } = await key.ask<{ viewer: { role: string; permissions: readonly string[] } }>(
    '{ viewer { role permissions } }',
  );
  return viewer;
}
