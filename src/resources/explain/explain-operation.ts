/** Which permissions decide about an operation, and the least that would pass: from the key and the schema alone, no row is read. */
import { isObjectType, type GraphQLSchema } from 'graphql';
import { covers, isEmpty, missing, NO_GRANTS, union, type Grants, type PermissionTable } from '../../auth/grants';
import { grantsOfRole, ROLES, roleText, type KeyAccess, type Role } from '../../auth/key-access';
import { badInput, GatewayError } from '../../errors';
import { annotationsOf } from '../../graph/directives/definitions';
import { RequestErrors } from '../../graph/errors/to-gateway-error';
import { shorten } from '../../graph/errors/wording';
import type { FieldPermissions } from '../../graph/permissions';
import { PreparedDocuments, type PreparedDocument } from '../../graph/prepared-documents';

export interface FieldAccess {
  /** `Query.agents`. */
  readonly path: string;
  readonly permissions: string[];
  readonly isForMasters: boolean;
  readonly allowed: boolean;
}

export interface LeastGrant {
  readonly role: Role;
  readonly resourceTypes: string[];
  readonly allowsRowRestriction: boolean;
}

export interface OperationAccess {
  readonly allowed: boolean;
  readonly role: string;
  readonly permissions: string[];
  readonly missing: string[];
  readonly fields: FieldAccess[];
  /** Null when only a master key would pass. */
  readonly leastGrant: LeastGrant | null;
  readonly explanation: string;
}

/** Documents of explanations, beside those that are run. */
const documents = new WeakMap<GraphQLSchema, PreparedDocuments>();

/** @throws GatewayError BAD_USER_INPUT for a text that could not be run. */
function prepare(schema: GraphQLSchema, text: string): PreparedDocument {
  const prepared = documents.get(schema) ?? new PreparedDocuments(schema, null);
  documents.set(schema, prepared);
  try {
    return prepared.get(text) ?? prepared.prepare(text);
  } catch (error) {
    const [first] = error instanceof RequestErrors ? error.errors : [error];
    if (first instanceof Error) throw badInput(['document'], `document could not be run: ${shorten(first.message)}`);
    throw error;
  }
}

/** @throws GatewayError BAD_USER_INPUT when it is not clear which operation is meant. */
function fieldPathsOf(document: PreparedDocument, operationName: string | null): readonly string[] {
  try {
    return document.operationNamed(operationName).fieldPaths;
  } catch (error) {
    throw error instanceof GatewayError ? badInput(['operationName'], `operationName: ${error.message}`) : error;
  }
}

function isForMasters(schema: GraphQLSchema, path: string): boolean {
  const [typeName = '', fieldName = ''] = path.split('.');
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return false;
  const field = type.getFields()[fieldName];
  return [type, field].some((each) => each && annotationsOf(each).some(({ kind }) => kind === 'masterOnly'));
}

function leastGrantFor(table: PermissionTable, needed: Grants): LeastGrant | null {
  const role = ROLES.find((each) => covers(grantsOfRole(table, each), needed));
  if (role === undefined) return null;
  const asked = needed.READ | needed.RUN | needed.WRITE | needed.ADMIN;
  const resourceTypes = table.types.filter((type) => (table.maskOf([type]) & asked) !== 0);
  return { role, resourceTypes, allowsRowRestriction: covers(table.only(needed, table.restrictable), needed) };
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
  const { role, resourceTypes, allowsRowRestriction } = leastGrant;
  const rows = allowsRowRestriction ? '' : ' It must not be restricted to rows.';
  return ` The least that would pass is a key with the role ${role} on ${listed(resourceTypes)}.${rows}`;
}

export interface ExplainedBy {
  readonly schema: GraphQLSchema;
  readonly table: PermissionTable;
  readonly permissions: FieldPermissions;
}

/**
 * Explains what the gateway would decide about an operation of this key, without running it.
 * @throws GatewayError BAD_USER_INPUT for a document that could not be run, or an operation that is not in it.
 */
export function explainOperation(
  { schema, table, permissions }: ExplainedBy,
  { access, isMaster }: { readonly access: KeyAccess; readonly isMaster: boolean },
  text: string,
  operationName: string | null,
): OperationAccess {
  const held = isMaster ? grantsOfRole(table, 'ADMINISTRATOR') : access.grants;
  const fields = fieldPathsOf(prepare(schema, text), operationName)
    .map((path) => {
      const needed = permissions.get(path) ?? NO_GRANTS;
      const forMasters = isForMasters(schema, path);
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
    leastGrant: fields.some((field) => field.isForMasters) ? null : leastGrantFor(table, needed),
  };
  const isRestricted = !isEmpty(lacked) && covers(grantsOfRole(table, access.role), lacked);
  return { ...result, role: access.role, explanation: explanationOf(access, result, isRestricted) };
}
