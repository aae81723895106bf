/** What a resource declares, and the list of all of them; everything that resources share reads it from here. */
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

/** Rows that a link table joins to a resource's rows, named by ids in its inputs: an agent's tools. */
export interface ManyToMany {
  /** The input's field, a list of ids: `toolIds`. */
  readonly input: string;
  /** The link table's entity; its rows have accountId and the two columns below. */
  readonly joinTable: new () => object;
  readonly sourceKey: string;
  readonly targetKey: string;
  readonly target: () => EntityClass<AccountRow>;
  /** The most rows one row may be joined to. */
  readonly maxRows: number;
  /** True when rows may not be joined to themselves by way of others: an agent's sub-agents. */
  readonly acyclic?: boolean;
}

/** A column that names a row of another resource: a schedule's agentId. */
export interface BelongsTo {
  readonly column: string;
  readonly target: () => EntityClass<AccountRow>;
  /** What deleting the parent does: its children go with it, it is refused while they live, or they stay as history. */
  readonly onDelete: 'cascade' | 'refuse' | 'keep';
  /** Columns with times from which on a row no longer counts as referring: those when a key ends. */
  readonly ends?: readonly string[];
  /** What is stored in rows that stay when the parent is permanently removed, besides that they no longer name it. */
  readonly purged?: Readonly<Record<string, DatabaseTime>>;
}

/** A column of bytes that the vault encrypts, bound to account, row and this column. */
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

/** What lists of several kinds can be filtered and ordered by. */
export interface CommonListFields {
  readonly filter: FilterShape;
  /** Names of orders, each with the property that it stands for. */
  readonly order: Readonly<Record<string, string>>;
}

/** What is needed to read rows of any kind, an account's or the platform's. */
export interface QueryableResource<Row extends StoredRow> {
  readonly names: Names;
  readonly entity: EntityClass<Row>;
  readonly filter: FilterShape;
  /** Properties that lists can be ordered by, besides the common ones; columns that are never null. */
  readonly order: readonly string[];
  /** What can be filtered and ordered by besides; unset for what every row of an account has. */
  readonly common?: CommonListFields;
}

export interface Resource<Row extends AccountRow = AccountRow> extends QueryableResource<Row> {
  readonly manyToMany?: readonly ManyToMany[];
  readonly belongsTo?: readonly BelongsTo[];
  /** The resource type whose permissions its rows ask for, where it has none of its own: roles are read with keys. */
  readonly permittedBy?: string;
  /** Unset for resources that have writing fields of their own only; what is written here is also exported and imported, unless it says otherwise. */
  readonly mutations?: MutationRules<Row>;
  /** Secrets; a rotation of the secrets key re-encrypts them. */
  readonly encryptedColumns?: readonly EncryptedColumn[];
  /** The time from which retention counts, for rows that are not deleted one by one: a run's startedAt. */
  readonly retentionColumn?: string;
  /** The generated or written resolver classes. */
  readonly resolvers: readonly (new () => object)[];
  /** Entities of the resource besides its own: link tables. */
  readonly tables?: readonly (new () => object)[];
}

/** What a row that is about to be stored is known by. */
export interface ComputedInput {
  readonly id: string;
  readonly accountId: string;
  /** The row as it is stored; null for a new one. */
  readonly row: AccountRow | null;
  /** The columns that the input names. */
  readonly input: JsonRecord;
  readonly vault: Vault;
}

/** One of the secrets in a secretField property. */
export interface RowSecret {
  /** What tells it from the others of its row: `token`, `headers.x-token`. */
  readonly part: string;
  /** Where it is within the property. */
  readonly path: readonly (string | number)[];
}

/** A property with secrets in it; it leaves in an export with a placeholder in place of each. */
export interface SecretField {
  readonly property: string;
  /** The secrets in the property as it is given, or as `shown` gives it. */
  readonly secrets: (value: JsonRecord) => readonly RowSecret[];
  /** The stored property without what is stored in place of its secrets. */
  readonly shown: (stored: JsonRecord) => JsonRecord;
  /** The secrets of a stored row by part. */
  readonly reveal: (row: AccountRow, vault: Vault) => ReadonlyMap<string, string>;
  /** Fields that are stored in place of a secret. */
  readonly storedParts: readonly string[];
}

/** How a resource's rows are written. */
export interface MutationRules<Row extends AccountRow> {
  /** Properties that identify a row in bundles, where there are no ids; default: the name. */
  readonly identity?: readonly string[];
  readonly secretField?: SecretField;
  /** Properties that are JSON Schemas: what they name is not there, so no name in them says that there is a secret. */
  readonly jsonSchemas?: readonly string[];
  readonly createInput: new () => object;
  readonly updateInput: new () => object;
  /** The whole row as it would be stored, without links and what the gateway sets itself; checked before anything is stored. */
  readonly rowSchema: ZodType<Record<string, unknown>>;
  /** False for rows that no bundle holds: they are of one account and no other. */
  readonly isPromoted?: false;
  /** What changing its rows asks for; default: WRITE. */
  readonly action?: Action;
  /** What is wrong with a draft that its schema cannot know: which permissions there are, for one. */
  problem?(draft: Readonly<Record<string, unknown>>, access: KeyAccess): RuleProblem | null;
  /** Columns that follow from the draft and are stored with it, in place of the draft's own. */
  computed?(draft: Readonly<Record<string, unknown>>, derivation: ComputedInput): object;
  /**
   * Whether the caller may change a row so, beyond its permissions: asked of everything that writes rows, which are
   * fields, imports and their undoing.
   * @param before the row as it is stored, deleted or not; null for a new one.
   * @param after what is stored then; null when the row is deleted.
   * @throws GatewayError
   */
  authorize?(caller: Caller, before: Row | null, after: object | null): void;
}

/** The resource type whose permissions rows of a resource ask for. */
export const permissionType = ({ names, permittedBy }: Pick<Resource, 'names' | 'permittedBy'>): string =>
  permittedBy ?? names.plural;
