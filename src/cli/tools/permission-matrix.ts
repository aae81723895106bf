/** The matrix of roles and operations for docs/permissions.md, generated from the schema and its permissions. */
import type { GraphQLField, GraphQLSchema } from 'graphql';
import { ACTIONS, covers, type Grants, type PermissionTable } from '../../auth/grants';
import { grantsOfRole, ROLES } from '../../auth/key-access';
import { annotationsOf } from '../../graph/directives/definitions';
import { rootTypes } from '../../graph/directives/account-owned-types';
import type { FieldPermissions } from '../../graph/permissions';
import type { Registry } from '../../resources';
import { permissionsOf } from '../../resources/permissions';
import { alignedTable } from './tables';

const code = (text: string): string => `\`${text}\``;
const yesOrNo = (may: boolean): string => (may ? 'yes' : 'no');

/** Who may use a field that no role decides about. */
const WHO = { masterOnly: 'master keys', authenticated: 'every key', public: 'everybody, without a key' } as const;

interface Matrix {
  /** Every root field, and the roles that may use it. */
  readonly operations: string;
  /** Every nested field that requires its own permission. */
  readonly nested: string;
}

class MatrixWriter {
  readonly #table: PermissionTable;
  readonly #permissions: FieldPermissions;

  constructor(
    private readonly schema: GraphQLSchema,
    { resources }: Registry,
  ) {
    const { permissionTable, permissions } = permissionsOf(schema, resources);
    this.#table = permissionTable;
    this.#permissions = permissions;
  }

  operations(): string {
    const rows = rootTypes(this.schema).flatMap((type) =>
      Object.values(type.getFields()).map((field) => this.#operation(`${type.name}.${field.name}`, field)),
    );
    return alignedTable(['operation', 'requires', ...ROLES.map(code), 'restricted to rows'], rows);
  }

  nested(): string {
    const roots = new Set(rootTypes(this.schema).map(({ name }) => name));
    const rows = [...this.#permissions]
      .filter(([path]) => !roots.has(path.slice(0, path.indexOf('.'))))
      .map(([path, needed]) => [code(path), this.#names(needed)]);
    return alignedTable(['field', 'requires'], rows);
  }

  #operation(path: string, field: GraphQLField<unknown, unknown>): string[] {
    const needed = this.#permissions.get(path);
    const [annotation] = annotationsOf(field);
    if (needed) {
      const reached = this.#table.only(grantsOfRole(this.#table, 'ADMINISTRATOR'), this.#table.restrictable);
      const roles = ROLES.map((role) => yesOrNo(covers(grantsOfRole(this.#table, role), needed)));
      return [code(path), this.#names(needed), ...roles, yesOrNo(covers(reached, needed))];
    }
    if (!annotation || annotation.kind === 'scoped') throw new Error(`Nobody decided who may use ${path}.`);
    const may = yesOrNo(annotation.kind !== 'masterOnly');
    return [code(path), WHO[annotation.kind], ...ROLES.map(() => may), may];
  }

  /** `*:read` for every resource type, which saves listing eight names. */
  #names(needed: Grants): string {
    const all = this.#table.maskOf(this.#table.types);
    const names = ACTIONS.flatMap((action) =>
      needed[action] === all
        ? [`*:${action.toLowerCase()}`]
        : this.#table.names({ READ: 0, RUN: 0, WRITE: 0, ADMIN: 0, [action]: needed[action] }),
    );
    return names.length === 0 ? 'nothing' : names.map(code).join(', ');
  }
}

/** @throws SchemaReviewError when a field's permission is undecided. */
export function permissionMatrix(schema: GraphQLSchema, registry: Registry): Matrix {
  const writer = new MatrixWriter(schema, registry);
  return { operations: writer.operations(), nested: writer.nested() };
}
