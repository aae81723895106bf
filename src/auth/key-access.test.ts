/** A key whose stored rights cannot be parsed may do nothing, rather than everything. */
import { isEmpty, PermissionTable } from './grants';
import { compileAccess, useProblem, type KeyLink } from './key-access';
import { admits } from './row-restriction';

const TABLE = new PermissionTable(['agents', 'tools'], ['agents', 'tools']);
const KEY: KeyLink = {
  id: 'key',
  role: 'VIEWER',
  resourceTypes: null,
  networks: null,
  ratePerMinute: null,
  startsInMs: null,
};
const compiled = (changes: Partial<KeyLink>): ReturnType<typeof compileAccess> =>
  compileAccess(TABLE, [{ ...KEY, ...changes }], 0);

it('a sound key reads from everywhere', () => {
  const access = compiled({});
  expect([isEmpty(access.grants), access.rows, useProblem(access, '10.0.0.1', 0)]).toEqual([false, null, null]);
});

it.each([
  ['a role that does not exist', { role: 'OWNER' }],
  ['a custom role that is gone', { role: 'CUSTOM', permissions: null }],
  ['a custom role with an unknown permission', { role: 'CUSTOM', permissions: ['agents:read', 'agents:fly'] }],
  ['resource types that are not a list', { resourceTypes: 'agents' }],
])('%s grants nothing', (_what, changes) => {
  expect(isEmpty(compiled(changes).grants)).toBe(true);
});

it.each([
  ['teams that are not a list', { ownerTeams: 'support' }],
  ['ids that are no texts', { rowIds: [1] }],
])('%s admit no row', (_what, changes) => {
  const { rows } = compiled(changes);
  expect(rows && admits(rows, '1', 'support')).toBe(false);
});

it.each([['10.0.0.0/8'], [['10.0.0.0/40']], [[]]])('networks %j contain no address', (networks) => {
  expect(useProblem(compiled({ networks }), '10.0.0.1', 0)).toMatch(/may not be used from/);
});

it('a key restricted to rows reaches only the types that the restriction applies to', () => {
  const table = new PermissionTable(['agents', 'webhooks'], ['agents']);
  const { grants } = compileAccess(table, [{ ...KEY, role: 'ADMINISTRATOR', rowIds: ['1'] }], 0);
  expect(table.names(grants).filter((name) => !name.startsWith('agents:'))).toEqual([]);
});
