/** Grants are sets: which ones cover others depends on the names of permissions, not on their bits. */
import fc from 'fast-check';
import { covers, intersection, isEmpty, missing, NO_GRANTS, PermissionTable, union } from './grants';

const TYPES = ['agents', 'tools', 'runs', 'apiKeys'];
const table = new PermissionTable(TYPES);
const PERMISSIONS = TYPES.flatMap((type) => ['read', 'run', 'write', 'admin'].map((verb) => `${type}:${verb}`));
const permissions = fc.uniqueArray(fc.constantFrom(...PERMISSIONS));

describe('grants', () => {
  it('cover exactly the permissions that they name', () => {
    fc.assert(
      fc.property(permissions, permissions, (held, needed) => {
        const expected = needed.every((permission) => held.includes(permission));
        expect(covers(table.parse(held), table.parse(needed))).toBe(expected);
        expect(new Set(table.names(missing(table.parse(held), table.parse(needed))))).toEqual(
          new Set(needed.filter((permission) => !held.includes(permission))),
        );
      }),
    );
  });

  it('intersect and join like sets of permissions', () => {
    fc.assert(
      fc.property(permissions, permissions, (left, right) => {
        const both = intersection(table.parse(left), table.parse(right));
        expect(new Set(table.names(both))).toEqual(new Set(left.filter((permission) => right.includes(permission))));
        expect(covers(table.parse(left), both) && covers(table.parse(right), both)).toBe(true);
        expect(new Set(table.names(union(table.parse(left), table.parse(right))))).toEqual(
          new Set([...left, ...right]),
        );
      }),
    );
  });

  it('contain nothing for an unknown permission, type or action', () => {
    for (const permission of [
      'agents',
      'agents:',
      ':read',
      'agents:READ',
      'agents:fly',
      'dragons:read',
      '',
      'agents:read ',
    ])
      expect(isEmpty(table.parse([permission]))).toBe(true);
    expect(table.parse([])).toEqual(NO_GRANTS);
  });

  it('are narrowed to types without gaining any', () => {
    fc.assert(
      fc.property(permissions, fc.subarray(TYPES), (held, types) => {
        expect(new Set(table.names(table.only(table.parse(held), types)))).toEqual(
          new Set(held.filter((permission) => types.includes(permission.split(':')[0] ?? ''))),
        );
      }),
    );
  });
});

test('a permission table refuses more types than it has bits for, and a type named twice', () => {
  expect(() => new PermissionTable(Array.from({ length: 32 }, (_, index) => `type${index}`))).toThrow('at most 31');
  expect(() => new PermissionTable(['agents', 'agents'])).toThrow('twice');
});
