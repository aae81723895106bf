/** Computes the permissions each field requires, once at start-up, and the fields of a document, once per document. */
import {
  getNamedType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { covers, missing, type Grants, type PermissionTable } from '../auth/grants';
import { roleText, type KeyAccess } from '../auth/key-access';
import { GatewayError } from '../errors';
import { annotationsOf } from './directives/definitions';
import { nestedTypes, objectTypesOf, ownReason, rootTypes } from './directives/account-owned-types';
import { SchemaReviewError } from './directives/schema-review';

/** The resource types that a type or field is about. */
type PermissionEntry = readonly string[] | 'every type';

/** By object type (`AuditEvent`) or field (`Account.counts`); fields take precedence. */
export type PermissionEntries = Readonly<Record<string, PermissionEntry>>;

/** The permissions required by a field, by path (`Query.agents`); other fields require none. */
export type FieldPermissions = ReadonlyMap<string, Grants>;

class PermissionReview {
  readonly permissions = new Map<string, Grants>();
  readonly violations: string[] = [];
  readonly #reached = new Set<GraphQLObjectType>();
  /** Types without a decision, each with a field that returns it. */
  readonly #undecided = new Map<string, string>();
  readonly #nested: ReadonlySet<string>;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly table: PermissionTable,
    private readonly entries: PermissionEntries,
  ) {
    this.#nested = new Set(nestedTypes(schema).map(({ name }) => name));
  }

  root(type: GraphQLObjectType): void {
    for (const field of Object.values(type.getFields())) {
      const path = `${type.name}.${field.name}`;
      const [annotation] = annotationsOf(field);
      if (annotation?.kind === 'scoped' || annotation?.kind === 'authenticated') this.reach(path, field.type);
      if (annotation?.kind !== 'scoped') continue;
      const types = this.typesOf(path, getNamedType(field.type));
      if (types === undefined)
        this.violations.push(
          `${path} has no permission: nobody decided which keys may use it. Add it, or the type it returns, to src/resources/permissions.ts.`,
        );
      else this.permissions.set(path, this.table.grant(annotation.action, types));
    }
  }

  nested(type: GraphQLObjectType): void {
    for (const field of Object.values(type.getFields())) {
      const path = `${type.name}.${field.name}`;
      const types = this.typesOf(path, getNamedType(field.type));
      if (types !== undefined && types.length > 0) this.permissions.set(path, this.table.grant('READ', types));
    }
  }

  /** Every type reachable by account keys needs a decision: its own, or that of what it contains. */
  private reach(path: string, returned: GraphQLOutputType): void {
    for (const type of objectTypesOf(this.schema, getNamedType(returned))) {
      if (!(path in this.entries) && this.heldBy(type, new Set()) === undefined) this.#undecided.set(type.name, path);
      if (this.#reached.has(type)) continue;
      this.#reached.add(type);
      for (const field of Object.values(type.getFields())) this.reach(`${type.name}.${field.name}`, field.type);
    }
  }

  undecidedTypes(): void {
    for (const [type, path] of this.#undecided)
      this.violations.push(
        `${type}, which ${path} returns, has no permission: nobody decided which keys may read it. Add it to src/resources/permissions.ts, with [] for a part of a row that tells nothing else.`,
      );
  }

  /** An entry that matches nothing would leave its intended target unprotected unnoticed. */
  staleEntries(): void {
    for (const name of Object.keys(this.entries)) {
      const [typeName = '', fieldName] = name.split('.');
      const type = this.schema.getType(typeName);
      const isThere = isObjectType(type) && (fieldName === undefined || fieldName in type.getFields());
      if (!isThere)
        this.violations.push(`The permission entry ${name} names nothing in the schema. Correct or remove it.`);
    }
  }

  /** @returns undefined if neither the field nor its type has an entry. */
  private typesOf(path: string, type: GraphQLNamedType): readonly string[] | undefined {
    if (path in this.entries) return this.listOf(this.entries[path]);
    const found = objectTypesOf(this.schema, type).map((each) => this.heldBy(each, new Set()));
    if (found.some((types) => types === undefined)) return undefined;
    return found.length === 0 ? undefined : [...new Set(found.flatMap((types) => types ?? []))];
  }

  /**
   * A type without an entry is about what its fields contain: a connection is about its rows. A row is about itself,
   * whatever else it leads to.
   * @returns undefined if nothing decides it.
   */
  private heldBy(type: GraphQLObjectType, above: Set<string>): readonly string[] | undefined {
    if (type.name in this.entries) return this.listOf(this.entries[type.name]);
    if (above.has(type.name) || !this.#nested.has(type.name) || ownReason(type) !== undefined) return undefined;
    above.add(type.name);
    const held = Object.values(type.getFields())
      .flatMap((field) => objectTypesOf(this.schema, getNamedType(field.type)))
      .flatMap((each) => this.heldBy(each, above) ?? []);
    // Types that require nothing, such as a page's cursors, decide nothing about the type that contains them.
    return held.length === 0 ? undefined : [...new Set(held)];
  }

  private listOf(entry: PermissionEntry | undefined): readonly string[] {
    return entry === 'every type' ? this.table.types : (entry ?? []);
  }
}

/**
 * Computes what every field requires: its directive's action on the resource types it returns; nested fields that return
 * rows require READ on their type.
 * @throws SchemaReviewError if a `@scoped` root field or a type reachable by account keys has no permission, or an entry
 *   matches nothing.
 */
export function fieldPermissions(
  schema: GraphQLSchema,
  table: PermissionTable,
  entries: PermissionEntries,
): FieldPermissions {
  const review = new PermissionReview(schema, table, entries);
  for (const type of rootTypes(schema)) review.root(type);
  for (const type of nestedTypes(schema)) review.nested(type);
  review.undecidedTypes();
  review.staleEntries();
  if (review.violations.length > 0) throw new SchemaReviewError(review.violations);
  return review.permissions;
}

/** Paths of the fields that only master keys may use. */
export function fieldsOfMasters(schema: GraphQLSchema): ReadonlySet<string> {
  const isForMasters = (target: Parameters<typeof annotationsOf>[0]): boolean =>
    annotationsOf(target).some(({ kind }) => kind === 'masterOnly');
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  return new Set(
    types.flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => isForMasters(type) || isForMasters(field))
        .map((field) => `${type.name}.${field.name}`),
    ),
  );
}

/**
 * The distinct fields an operation selects, including nested fields and fragments, as `Query.agents`. Fields that
 * `@skip` or `@include` may leave out count: permissions do not depend on variables.
 * @param document a valid document; fragments that the operation does not spread count, too.
 */
export function fieldPathsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly string[] {
  const paths = new Set<string>();
  const types = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(types, {
    OperationDefinition: (node) => (node === operation ? undefined : false),
    Field: () => {
      const parent = types.getParentType();
      const field = types.getFieldDef();
      if (isObjectType(parent) && field) paths.add(`${parent.name}.${field.name}`);
    },
  });
  visit(document, visitor);
  return [...paths];
}

/** The error for missing permissions; it names the fewest that would have sufficed. */
export function lacksPermissions(
  { role, rows }: Pick<KeyAccess, 'role' | 'rows'>,
  permissions: readonly string[],
): GatewayError {
  const restricted =
    rows === null
      ? ''
      : ', and keys that are restricted to rows cannot access keys, the audit log, promotion or totals of the account, whatever their role';
  return new GatewayError(
    'FORBIDDEN',
    `This key lacks ${permissions.join(', ')}; its role is ${roleText(role)}${restricted}. Use a key that has the permission, or ask an administrator of the account for one.`,
    { missingPermissions: permissions },
  );
}

/** No one can grant a key or role more than they have. @throws GatewayError FORBIDDEN */
export function refuseBeyond(access: KeyAccess, grants: Grants): void {
  if (covers(access.grants, grants)) return;
  throw lacksPermissions(access, access.table.names(missing(access.grants, grants)));
}
