/**
 * Exports delegation chains as Cedar policies and entities (cedarpolicy.com). A key is a principal whose parent is the
 * key that delegated it, so what is forbidden to a key is forbidden to every key below it. The permissions of a role
 * are granted to its own key only. A row is a resource whose parents are its type and, for rows that belong to another
 * row, that row.
 */
import type { EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { ACTIONS } from '../../../src/auth/grants';
import { grantsOfRole } from '../../../src/auth/key-access';
import { Networks } from '../../../src/auth/networks';
import { PERMISSIONS, table, type GeneratedLink } from '../lines';

/** A row that has an owner of its own, or that belongs to one that has. */
export interface RequestedRow {
  readonly type: string;
  readonly id: string;
  readonly owner: { readonly id: string; readonly team: string | null };
}

export interface CedarLine {
  readonly policies: string;
  readonly keys: readonly EntityJson[];
  readonly principal: TypeAndId;
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
const uid = (type: string, id: string): string => `${type}::${quoted(id)}`;
const setOf = (items: readonly string[]): string => `[${items.join(', ')}]`;

const VERBS = ACTIONS.map((action) => action.toLowerCase());
const ANY_VERB = setOf(VERBS.map((verb) => uid('Action', verb)));

/**
 * Null means no restriction. A value that is not a list of texts is a restriction that nothing satisfies, as is an
 * empty list.
 */
function listOf(value: unknown): readonly string[] | null {
  if (value === null || value === undefined) return null;
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : [];
}

/** Forbids the key, and every key below it, everything that the condition does not exempt. */
function forbid(key: string, condition: string, scope = `action in ${ANY_VERB}, resource`): string {
  return `forbid (principal in ${key}, ${scope}) ${condition};`;
}

/** `false` if there is nothing to choose from. */
const oneOf = (conditions: readonly string[]): string => (conditions.length === 0 ? 'false' : conditions.join(' || '));

const inTypes = (types: readonly string[]): string =>
  types.length === 0 ? 'false' : `resource in ${setOf(types.map((type) => uid('ResourceType', type)))}`;

/** A single unknown permission in a custom role makes the whole role grant nothing. */
function permissionsOf({ role, permissions }: GeneratedLink): readonly string[] {
  if (role !== 'CUSTOM') return table.names(grantsOfRole(table, role));
  const named = listOf(permissions) ?? [];
  return named.every((name) => PERMISSIONS.includes(name)) ? named : [];
}

function rolePolicies(key: string, link: GeneratedLink): string[] {
  const permissions = permissionsOf(link);
  return VERBS.flatMap((verb) => {
    const types = permissions
      .filter((name) => name.endsWith(`:${verb}`))
      .map((name) => name.slice(0, -verb.length - 1));
    const action = `action == ${uid('Action', verb)}`;
    return [
      `permit (principal == ${key}, ${action}, resource) when { ${inTypes(types)} };`,
      forbid(key, `unless { ${inTypes(types)} }`, `${action}, resource`),
    ];
  });
}

function networkPolicies(key: string, value: unknown): string[] {
  const networks = listOf(value);
  if (networks === null) return [];
  const readable = Networks.parse(networks) instanceof Networks ? networks : [];
  const ranges = readable.map((network) => `context.address.isInRange(ip(${quoted(network)}))`);
  return [forbid(key, `unless { ${oneOf(ranges)} }`, 'action, resource')];
}

function timePolicies(key: string, { startsInMs, endsInMs }: GeneratedLink): string[] {
  return [
    ...(typeof startsInMs === 'number' ? [`context.nowMs < ${startsInMs}`] : []),
    ...(endsInMs === null ? [] : [`context.nowMs >= ${endsInMs}`]),
  ].map((condition) => forbid(key, `when { ${condition} }`, 'action, resource'));
}

function rowPolicies(key: string, link: GeneratedLink): string[] {
  const [teams, ids] = [listOf(link.ownerTeams), listOf(link.rowIds)];
  const row = `action in ${ANY_VERB}, resource is Row`;
  return [
    ...(teams === null && ids === null ? [] : [forbid(key, `unless { ${inTypes(table.restrictable)} }`)]),
    ...(teams === null
      ? []
      : [
          forbid(
            key,
            `unless { resource.owner has team && ${setOf(teams.map(quoted))}.contains(resource.owner.team) }`,
            row,
          ),
        ]),
    ...(ids === null
      ? []
      : [forbid(key, `unless { ${oneOf(ids.map((id) => `resource in ${uid('Row', id)}`))} }`, row)]),
  ];
}

function policiesOf(link: GeneratedLink): string[] {
  const key = uid('Key', link.id);
  const types = listOf(link.resourceTypes);
  return [
    `permit (principal == ${key}, action == ${uid('Action', 'connect')}, resource);`,
    ...rolePolicies(key, link),
    ...(types === null ? [] : [forbid(key, `unless { ${inTypes(types)} }`)]),
    ...networkPolicies(key, link.networks),
    ...timePolicies(key, link),
    ...rowPolicies(key, link),
  ];
}

/** @param links the key itself, then the keys above it. */
export function exportLine(links: readonly GeneratedLink[]): CedarLine {
  return {
    policies: links.flatMap(policiesOf).join('\n'),
    keys: links.map(({ id }, index) => ({
      uid: { type: 'Key', id },
      attrs: {},
      parents: links.slice(index + 1, index + 2).map((parent) => ({ type: 'Key', id: parent.id })),
    })),
    principal: { type: 'Key', id: links[0]?.id ?? '' },
  };
}

/** The entities of a row: the row, its type, and the row that it belongs to. */
export function exportRow({ type, id, owner }: RequestedRow): EntityJson[] {
  const ownerUid = { type: 'Row', id: owner.id };
  const attrs = { owner: { __entity: ownerUid } };
  const team: Record<string, string> = owner.team === null ? {} : { team: owner.team };
  const ofType = { type: 'ResourceType', id: type };
  const owned = { uid: ownerUid, attrs: { ...attrs, ...team }, parents: owner.id === id ? [ofType] : [] };
  return owner.id === id ? [owned] : [owned, { uid: { type: 'Row', id }, attrs, parents: [ofType, ownerUid] }];
}
