/** The operations of a resource. All have the same form and select only what the key may read. */
import { gql, type DocumentNode, type TypedDocumentNode } from '@apollo/client';
import { resourceOfType, type Resource } from './definitions';
import type { Row, RowField } from './resource-type';

export interface PageData {
  readonly rows: {
    readonly nodes: readonly Row[];
    readonly totalCount?: number;
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
    };
  };
}
export interface PageVariables {
  readonly accountId?: string | undefined;
  readonly first?: number;
  readonly after?: string;
  readonly last?: number;
  readonly before?: string;
  readonly filter?: Readonly<Record<string, unknown>>;
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' };
  readonly deleted?: string;
}
export interface RowData {
  readonly row: Row | null;
}
export interface ChangeVariables {
  readonly accountId: string | undefined;
  readonly id?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly expectedVersion?: number;
  readonly force?: boolean;
}

/** Whether the key may read rows of a type. */
export type MayRead = (permission: string) => boolean;

const cache = new Map<string, DocumentNode>();

function document<Data, Variables>(text: string): TypedDocumentNode<Data, Variables> {
  let parsed = cache.get(text);
  if (!parsed) cache.set(text, (parsed = gql(text)));
  return parsed;
}

const isReadable = (field: RowField, mayRead: MayRead): boolean =>
  field.kind !== 'link' || mayRead(resourceOfType(field.target ?? '')?.permission ?? '');

const ALWAYS = ['id', 'accountId', 'deletedAt', 'metadata'];

/** For a table: its columns, and the owner of each row. */
export function pageDocument(resource: Resource, mayRead: MayRead): TypedDocumentNode<PageData, PageVariables> {
  const { type, plural, fields, columns } = resource;
  const names = new Set([...ALWAYS, ...columns]);
  const selected = fields.filter((field) => names.has(field.name) && isReadable(field, mayRead));
  return document(`
    query ${type}Page($accountId: ID, $first: Int, $after: String, $last: Int, $before: String, $filter: ${type}Filter, $orderBy: ${type}Order, $deleted: Deleted! = EXCLUDE) {
      rows: ${plural}(accountId: $accountId, first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy, deleted: $deleted) {
        nodes { ${selected.map(({ selection }) => selection).join(' ')} }
        totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`);
}

/** A single row with everything that the key may see of it. A deleted row appears only in lists of deleted rows. */
export function rowDocument(resource: Resource, mayRead: MayRead): TypedDocumentNode<PageData, PageVariables> {
  const { type, plural, fields } = resource;
  const selected = fields.filter((field) => isReadable(field, mayRead));
  return document(`
    query ${type}Row($accountId: ID, $filter: ${type}Filter) {
      rows: ${plural}(accountId: $accountId, first: 1, filter: $filter, deleted: INCLUDE) {
        nodes { ${selected.map(({ selection }) => selection).join(' ')} }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`);
}

export type Verb = 'create' | 'update' | 'delete' | 'restore';

const PARAMETERS: Readonly<Record<Verb, (type: string) => readonly [declared: string, passed: string]>> = {
  create: (type) => [`$input: Create${type}Input!`, 'input: $input'],
  update: (type) => [
    `$id: ID!, $input: Update${type}Input!, $expectedVersion: Int`,
    'id: $id, input: $input, expectedVersion: $expectedVersion',
  ],
  delete: () => ['$id: ID!, $force: Boolean! = false', 'id: $id, force: $force'],
  restore: () => ['$id: ID!', 'id: $id'],
};

export function changeDocument({ type }: Resource, verb: Verb): TypedDocumentNode<RowData, ChangeVariables> {
  const [declared, passed] = PARAMETERS[verb](type);
  const name = verb.charAt(0).toUpperCase() + verb.slice(1);
  return document(`
    mutation ${name}${type}($accountId: ID, ${declared}) {
      row: ${verb}${type}(accountId: $accountId, ${passed}) { id accountId }
    }`);
}
