/** The required properties of a resource's table, read from the registry: a sentence for each missing one. */
import type { Client } from 'pg';
import { entityMetadata } from '../../src/db/data-source';
import { tableOf, type Table } from '../../src/db/statements/table';
import type { Resource } from '../../src/graph/resource';
import { MUTABLE_ROWS } from '../../src/graph/queries/query-resolver';
import type { Roles } from '../harness/database';

const COLUMNS = `
  SELECT a.attname::text AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a
   WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`;

const INDEXES = `
  SELECT i.indexrelid::regclass::text AS name, i.indisunique AS "isUnique", substring(pg_get_indexdef(i.indexrelid) FROM 'USING btree (.*)$') AS definition
    FROM pg_index i WHERE i.indrelid = to_regclass($1)`;

const FOREIGN_KEYS = `
  SELECT pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c
   WHERE c.conrelid = to_regclass($1) AND c.contype = 'f'`;

const TYPES: Readonly<Record<string, string>> = { timestamptz: 'timestamp with time zone', Number: 'integer' };

interface Index {
  readonly name: string;
  readonly isUnique: boolean;
  /** `(account_id, name, id) WHERE …` */
  readonly definition: string;
}

function missingColumns(table: Table, stored: ReadonlyMap<string, string>): string[] {
  const known = new Set([...table.columns.values()].map(({ name }) => name));
  const extra = [...stored.keys()].filter((name) => !known.has(name));
  const own = [...table.columns.values()].filter(({ name }) => !stored.has(name));
  const other = [...table.columns.values()].filter(({ name, type, property }) => {
    const actual = stored.get(name);
    const expected = property === 'version' ? 'integer' : (TYPES[type] ?? type);
    return actual !== undefined && actual !== expected;
  });
  return [
    ...own.map(({ name }) => `${table.name} lacks the column ${name} of its entity`),
    ...other.map(({ name, type }) => `${table.name}.${name} is ${stored.get(name) ?? ''}, and ${type} in its entity`),
    ...extra.map((name) => `${table.name}.${name} is no column of its entity`),
  ];
}

/** As PostgreSQL prints it. */
const UNOWNED = `(account_id, id) WHERE ((deleted_at IS NULL) AND (COALESCE((metadata -> 'owner'::text), 'null'::jsonb) = ANY (ARRAY['null'::jsonb, '{}'::jsonb, '""'::jsonb])))`;

/** The beginnings of the definitions of indexes that lists, look-ups and deletions of a resource use. */
function indexesOf(resource: Resource, table: Table): string[] {
  const { common = MUTABLE_ROWS, order, belongsTo = [] } = resource;
  const column = (property: string): string => table.columns.get(property)?.name ?? property;
  const orders = [...Object.values(common.order), ...order].map(column).filter((name) => name !== 'id');
  const ofAll = 'WHERE (';
  const owner = (part: string): string => `("left"(((metadata -> 'owner'::text) ->> '${part}'::text), 64), `;
  return [
    ...(table.columns.has('name') ? [UNOWNED] : []),
    '(id, account_id) WHERE ((account_id)::text <>',
    '(account_id, deletion_id) WHERE (deletion_id IS NOT NULL)',
    owner('team'),
    owner('email'),
    ...orders.flatMap((name) => [`(account_id, ${name}, id)`, `(${name}, id, account_id) ${ofAll}`]),
    ...belongsTo.map((parent) => `(account_id, ${column(parent.column)}, `),
  ];
}

function missingIndexes(resource: Resource, table: Table, indexes: readonly Index[]): string[] {
  const starts = indexesOf(resource, table).filter(
    (start) => !indexes.some(({ definition }) => definition.startsWith(start)),
  );
  const key = '(account_id, id)';
  if (!indexes.some(({ definition }) => definition === key)) starts.push(key);
  const hasName = resource.mutations !== undefined && table.columns.has('name');
  const unique = '(account_id, name) WHERE (deleted_at IS NULL)';
  // A conflict of names is recognised by the name of the index.
  const name = `${table.name}_live_name`;
  const isUnique = indexes.some((index) => index.isUnique && index.definition === unique && index.name === name);
  return [
    ...starts.map((start) => `${table.name} has no index that begins with ${start}`),
    ...(hasName && !isUnique
      ? [`${table.name} has no unique index ${name} on ${unique}: two rows could have one name`]
      : []),
  ];
}

async function missingGrants(client: Client, resource: Resource, table: Table, roles: Roles): Promise<string[]> {
  const needed = ['SELECT', ...(resource.mutations ? ['INSERT', 'UPDATE', 'DELETE'] : [])];
  const missing: string[] = [];
  for (const role of ['tenant', 'operator'] as const)
    for (const privilege of needed) {
      const { rows } = await client.query<{ may: boolean }>('SELECT has_table_privilege($1, $2, $3) AS may', [
        roles[role],
        table.sql,
        privilege,
      ]);
      if (rows[0]?.may !== true) missing.push(`the role ${role} may not ${privilege} ${table.name}`);
    }
  return missing;
}

/** @returns an empty list if the table has everything that other parts of the gateway rely on. */
export async function missingProperties(client: Client, resource: Resource, roles: Roles): Promise<string[]> {
  const metadataOf = await entityMetadata([resource.entity]);
  const table = tableOf(metadataOf(resource.entity), (entity) => {
    throw new Error(`${entity.name} is not asked for`);
  });
  const ask = async <Row extends object>(text: string): Promise<Row[]> =>
    (await client.query<Row>(text, [`public.${table.name}`])).rows;
  const columns = new Map((await ask<{ name: string; type: string }>(COLUMNS)).map(({ name, type }) => [name, type]));
  if (columns.size === 0) return [`there is no table ${table.name}: ${resource.names.type} has no migration`];
  const keys = (await ask<{ definition: string }>(FOREIGN_KEYS)).map(({ definition }) => definition);
  const parents = (resource.belongsTo ?? []).map(({ column }) => table.columns.get(column)?.name ?? column);
  const references = ['(account_id)', ...parents.map((name) => `(account_id, ${name})`)];
  return [
    ...missingColumns(table, columns),
    ...missingIndexes(resource, table, await ask<Index>(INDEXES)),
    ...references
      .filter((start) => !keys.some((key) => key.startsWith(`FOREIGN KEY ${start} REFERENCES`)))
      .map((start) => `${table.name} has no foreign key ${start}`),
    ...(await missingGrants(client, resource, table, roles)),
  ];
}
