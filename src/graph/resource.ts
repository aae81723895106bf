/** The declaration of a resource, and the list of all resources, which all generic code reads. */
import type { ZodType } from 'zod';
import type { DatabaseTime, EntityClass } from '../db/transaction';
import type { Caller } from '../auth/caller';
import type { KeyAccess } from '../auth/key-access';
import type { StoredRow } from '../db/statements/row';
import type { Vault } from '../db/vault';
import type { Action } from './directives/definitions';
import type { RuleProblem } from './mutations/row-schema';
import type { FilterShape } from './queries/filter';
import type { AccountRow, JsonRecord } from './queries/account-row';

/** Rows linked to a resource's rows through a link table, named by ids in its inputs: an agent's tools. */
export interface ManyToMany {
  /** The input's field, a list of ids: `toolIds`. */
  readonly input: string;
  /** The link table's entity; its rows have accountId and the two columns below. */
  readonly joinTable: new () => object;
  readonly sourceKey: string;
  readonly targetKey: string;
  readonly target: () => EntityClass<AccountRow>;
  /** The maximum number of links per row. */
  readonly maxRows: number;
  /** Whether cycles are forbidden, as among an agent's sub-agents. */
  readonly acyclic?: boolean;
}

/** A column that refers to a row of another resource: a schedule's agentId. */
export interface BelongsTo {
  readonly column: string;
  readonly target: () => EntityClass<AccountRow>;
  /** What happens when the parent is deleted: children are deleted too, prevent the deletion, or stay as history. */
  readonly onDelete: 'cascade' | 'refuse' | 'keep';
  /** Columns with times after which a row no longer counts as a reference, such as the end of a key. */
  readonly ends?: readonly string[];
  /** What to store in rows that outlive their permanently removed parent, besides clearing the reference. */
  readonly purged?: Readonly<Record<string, DatabaseTime>>;
}

/** A binary column encrypted by the vault, bound to account, row and column. */
export interface EncryptedColumn {
  /** Names in the database. */
  readonly table: string;
  readonly column: string;
}

interface Names {
  /** `Agent`, the type; `agent` and `agents`, the fields. */
  readonly type: string;
  readonly singular: string;
  readonly plural: string;
}

/** Filters and orders shared by several kinds of lists. */
export interface CommonListFields {
  readonly filter: FilterShape;
  /** Names of orders, each with its property. */
  readonly order: Readonly<Record<string, string>>;
}

/** What is needed to read rows of any kind, an account's or the platform's. */
export interface QueryableResource<Row extends StoredRow> {
  readonly names: Names;
  readonly entity: EntityClass<Row>;
  readonly filter: FilterShape;
  /** Further properties that lists can be ordered by; columns that are never null. */
  readonly order: readonly string[];
  /** The common filters and orders; default: those of every account row. */
  readonly common?: CommonListFields;
}

export interface Resource<Row extends AccountRow = AccountRow> extends QueryableResource<Row> {
  readonly manyToMany?: readonly ManyToMany[];
  readonly belongsTo?: readonly BelongsTo[];
  /** The resource type whose permissions apply to its rows if it has none of its own: roles are read with keys. */
  readonly permittedBy?: string;
  /**
   * Undefined for resources with custom mutations only. Resources with generic mutations are also exported and imported
   * unless they opt out.
   */
  readonly mutations?: MutationRules<Row>;
  /** Secrets; rotating the secrets key re-encrypts them. */
  readonly encryptedColumns?: readonly EncryptedColumn[];
  /** The start of retention, for rows that are not deleted individually: a run's startedAt. */
  readonly retentionColumn?: string;
  /** The generated or handwritten resolver classes. */
  readonly resolvers: readonly (new () => object)[];
  /** Further entities of the resource: link tables. */
  readonly tables?: readonly (new () => object)[];
}

/** What is known about a row that is about to be stored. */
export interface ComputedInput {
  readonly id: string;
  readonly accountId: string;
  /** The stored row; null for a new one. */
  readonly row: AccountRow | null;
  /** The columns in the input. */
  readonly input: JsonRecord;
  readonly vault: Vault;
}

/** A secret in a secretField property. */
export interface RowSecret {
  /** Identifies it among the secrets of its row: `token`, `headers.x-token`. */
  readonly part: string;
  /** Its path within the property. */
  readonly path: readonly (string | number)[];
}

/** A property that contains secrets; exports replace each by a placeholder. */
export interface SecretField {
  readonly property: string;
  /** The secrets in the property as given, or as returned by `shown`. */
  readonly secrets: (value: JsonRecord) => readonly RowSecret[];
  /** The stored property without the values that replace its secrets. */
  readonly shown: (stored: JsonRecord) => JsonRecord;
  /** A stored row's secrets by part. */
  readonly reveal: (row: AccountRow, vault: Vault) => ReadonlyMap<string, string>;
  /** Fields stored in place of a secret. */
  readonly storedParts: readonly string[];
}

/** How a resource's rows are written. */
export interface MutationRules<Row extends AccountRow> {
  /** Properties that identify a row in bundles, which have no ids; default: the name. */
  readonly identity?: readonly string[];
  readonly secretField?: SecretField;
  /**
   * Properties that are JSON Schemas: their field names describe values that are not there, so they indicate no secrets.
   */
  readonly jsonSchemas?: readonly string[];
  readonly createInput: new () => object;
  readonly updateInput: new () => object;
  /** Validates the whole row, without links and columns that the gateway sets itself, before anything is stored. */
  readonly rowSchema: ZodType<Record<string, unknown>>;
  /** False for rows that never appear in bundles, because they belong to a single account. */
  readonly isPromoted?: false;
  /** The action that changing its rows requires; default: WRITE. */
  readonly action?: Action;
  /** True if the resource has a custom create field, because the result is shown only once. */
  readonly hasOwnCreate?: true;
  /** Reports problems that the schema cannot know, such as an unknown permission. */
  problem?(draft: Readonly<Record<string, unknown>>, access: KeyAccess): RuleProblem | null;
  /** Columns computed from the draft, stored in place of the draft's own. */
  computed?(draft: Readonly<Record<string, unknown>>, derivation: ComputedInput): object;
  /**
   * Authorizes a change beyond the caller's permissions; called by everything that writes rows: fields, imports and
   * undo.
   * @param before the stored row, deleted or not; null for a new one.
   * @param after what will be stored; null if the row is deleted.
   * @throws GatewayError
   */
  authorize?(caller: Caller, before: Row | null, after: object | null): void;
}

/** The resource type whose permissions apply to a resource's rows. */
export const permissionType = ({ names, permittedBy }: Pick<Resource, 'names' | 'permittedBy'>): string =>
  permittedBy ?? names.plural;
