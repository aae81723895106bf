/** The permissions an operation needs and the least role that suffices, from key and schema alone; reads no rows. */
import type { GraphQLSchema } from 'graphql';
import { covers, isEmpty, missing, NO_GRANTS, union, type Grants, type PermissionTable } from '../../auth/grants';
import {
  grantsOfPermissions,
  grantsOfRole,
  ROLES,
  roleText,
  type KeyAccess,
  type KeyRole,
} from '../../auth/key-access';
import { badInput, GatewayError } from '../../errors';
import { RequestErrors } from '../../graph/errors/to-gateway-error';
import { shorten } from '../../graph/errors/validation-messages';
import { PreparedDocuments, type PreparedDocument } from '../../graph/prepared-documents';
import type { Services } from '../../graph/request-context';
import type { CustomRole } from '../custom-role/custom-role.entity';

export interface FieldAccess {
  /** `Query.agents`. */
  readonly path: string;
  readonly permissions: string[];
  readonly isForMasters: boolean;
  readonly allowed: boolean;
}

export interface LeastGrant {
  readonly role: KeyRole;
  readonly customRoleId: string | null;
  readonly roleName: string;
  readonly resourceTypes: string[];
  readonly allowsRowRestriction: boolean;
}

export interface OperationAccess {
  readonly allowed: boolean;
  readonly role: string;
  readonly permissions: string[];
  readonly missing: string[];
  readonly fields: FieldAccess[];
  /** Null when only a master key would be allowed. */
  readonly leastGrant: LeastGrant | null;
  readonly explanation: string;
}

/** A cache for explained documents, separate from those that are run. */
const documents = new WeakMap<GraphQLSchema, PreparedDocuments>();

/** @throws GatewayError BAD_USER_INPUT for a text that could not be run. */
function prepare(
  schema: GraphQLSchema,
  owner: string,
  text: string,
  path: readonly (string | number)[],
): PreparedDocument {
  const prepared = documents.get(schema) ?? new PreparedDocuments(schema, null);
  documents.set(schema, prepared);
  try {
    return prepared.get(owner, text) ?? prepared.prepare(owner, text);
  } catch (error) {
    const [first] = error instanceof RequestErrors ? error.errors : [error];
    if (first instanceof Error) throw badInput(path, `${path.join('.')} could not be run: ${shorten(first.message)}`);
    throw error;
  }
}

/**
 * The fields that an operation of a document selects.
 * @param owner who asks; see `ownerOf`.
 * @param path of the document in the input; the operation's name is next to it.
 * @throws GatewayError BAD_USER_INPUT for a document that could not be run, or when it is unclear which operation is
 *   meant.
 */
export function selectedFieldPaths(
  schema: GraphQLSchema,
  owner: string,
  text: string,
  operationName: string | null,
  path: readonly (string | number)[] = ['document'],
): readonly string[] {
  const document = prepare(schema, owner, text, path);
  try {
    return document.operationNamed(operationName).fieldPaths;
  } catch (error) {
    const name = [...path.slice(0, -1), 'operationName'];
    throw error instanceof GatewayError ? badInput(name, `${name.join('.')}: ${error.message}`) : error;
  }
}

interface Candidate extends Pick<LeastGrant, 'role' | 'customRoleId' | 'roleName'> {
  readonly grants: Grants;
}

/**
 * The role that grants the least beyond what is needed, restricted to the types needed; the first on a tie.
 * @param customRoles of the account, if the key may read them.
 */
function leastGrantFor(
  table: PermissionTable,
  needed: Grants,
  customRoles: readonly Pick<CustomRole, 'id' | 'name' | 'permissions'>[],
): LeastGrant | null {
  const anyAction = needed.READ | needed.RUN | needed.WRITE | needed.ADMIN;
  const resourceTypes = table.types.filter((type) => (table.maskOf([type]) & anyAction) !== 0);
  const candidates: Candidate[] = [
    ...ROLES.map((role) => ({ role, customRoleId: null, roleName: role, grants: grantsOfRole(table, role) })),
    ...customRoles.map(({ id, name, permissions }) => ({
      role: 'CUSTOM' as const,
      customRoleId: id,
      roleName: name,
      grants: grantsOfPermissions(table, permissions),
    })),
  ];
  const size = ({ grants }: Candidate): number => table.names(table.only(grants, resourceTypes)).length;
  const [least] = candidates
    .filter(({ grants }) => covers(grants, needed))
    .sort((left, right) => size(left) - size(right));
  if (!least) return null;
  const { role, customRoleId, roleName } = least;
  const allowsRowRestriction = covers(table.only(needed, table.restrictable), needed);
  return { role, customRoleId, roleName, resourceTypes, allowsRowRestriction };
}

const listed = (texts: readonly string[]): string => texts.join(', ');

function explanationOf(
  { role }: KeyAccess,
  result: Omit<OperationAccess, 'explanation' | 'role'>,
  isRestricted: boolean,
): string {
  const forMasters = result.fields.filter((field) => field.isForMasters && !field.allowed).map(({ path }) => path);
  if (forMasters.length > 0) return `Refused: only master keys may use ${listed(forMasters)}.`;
  if (result.allowed)
    return result.permissions.length === 0
      ? 'Allowed: every key may do this.'
      : `Allowed: this key has ${listed(result.permissions)}.`;
  const cause = isRestricted ? 'its role has them, but the key is restricted further' : `its role is ${roleText(role)}`;
  return `Refused: this key lacks ${listed(result.missing)}; ${cause}.${remedyOf(result.leastGrant)}`;
}

function remedyOf(leastGrant: LeastGrant | null): string {
  if (!leastGrant) return '';
  const { roleName, resourceTypes, allowsRowRestriction } = leastGrant;
  const rows = allowsRowRestriction ? '' : ' It must not be restricted to rows.';
  return ` The least-privileged key that would be allowed has the role ${roleText(roleName)} on ${listed(resourceTypes)}.${rows}`;
}

export interface ExplainedBy {
  readonly schema: GraphQLSchema;
  /** Who asks; see `ownerOf`. */
  readonly owner: string;
  readonly services: Pick<Services, 'permissionTable' | 'permissions' | 'masterFields'>;
  /** The account's roles that the key may read. */
  readonly customRoles: readonly Pick<CustomRole, 'id' | 'name' | 'permissions'>[];
}

/**
 * Explains what the gateway would decide about an operation of this key, without running it.
 * @throws GatewayError BAD_USER_INPUT for a document that could not be run, or an operation that is not in it.
 */
export function explainOperation(
  { schema, owner, services: { permissionTable: table, permissions, masterFields }, customRoles }: ExplainedBy,
  { access, isMaster }: { readonly access: KeyAccess; readonly isMaster: boolean },
  text: string,
  operationName: string | null,
): OperationAccess {
  const held = isMaster ? grantsOfRole(table, 'ADMINISTRATOR') : access.grants;
  const fields = selectedFieldPaths(schema, owner, text, operationName)
    .map((path) => {
      const needed = permissions.get(path) ?? NO_GRANTS;
      const forMasters = masterFields.has(path);
      const allowed = covers(held, needed) && (isMaster || !forMasters);
      return { path, permissions: table.names(needed), isForMasters: forMasters, allowed, needed };
    })
    .filter((field) => field.isForMasters || !isEmpty(field.needed));
  const needed = fields.map((field) => field.needed).reduce(union, NO_GRANTS);
  const lacked = missing(held, needed);
  const result = {
    allowed: fields.every(({ allowed }) => allowed),
    permissions: table.names(needed),
    missing: table.names(lacked),
    fields,
    leastGrant: fields.some((field) => field.isForMasters) ? null : leastGrantFor(table, needed, customRoles),
  };
  const isRestricted = !isEmpty(lacked) && covers(grantsOfRole(table, access.role), lacked);
  return { ...result, role: access.role, explanation: explanationOf(access, result, isRestricted) };
}
