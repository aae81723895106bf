/** What the console knows about a resource, generated from the schema by scripts/console-resources.js. */

export type FieldKind =
  'text' | 'long-text' | 'enum' | 'boolean' | 'number' | 'time' | 'id' | 'json' | 'object' | 'link' | 'reference';

export interface RowField {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly kind: FieldKind;
  readonly isList: boolean;
  readonly isNullable: boolean;
  /** As selected in a query. */
  readonly selection: string;
  readonly values?: readonly string[];
  /** The type of the rows that it refers to. */
  readonly target?: string;
}

export interface InputField {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly kind: FieldKind;
  readonly isList: boolean;
  readonly isRequired: boolean;
  readonly values?: readonly string[];
  readonly target?: string;
  /** The fields of an object. */
  readonly fields?: readonly InputField[];
}

export interface FilterField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'enum' | 'boolean' | 'time' | 'id' | 'includes' | 'presence' | 'metadata' | 'number' | 'json';
  readonly values?: readonly string[];
}

export interface ResourceType {
  /** For example `McpServer`. */
  readonly type: string;
  /** The root field of lists, which is also the address in the console. */
  readonly plural: string;
  readonly singular: string;
  readonly title: string;
  readonly noun: string;
  readonly nouns: string;
  readonly description: string;
  /** The action that is required to change it. */
  readonly writeAction: string;
  readonly fields: readonly RowField[];
  readonly filters: readonly FilterField[];
  readonly orders: readonly string[];
  /** Null if rows are not created, or changed, with an input type of their own. */
  readonly create: readonly InputField[] | null;
  readonly update: readonly InputField[] | null;
  readonly isDeletable: boolean;
  readonly isRestorable: boolean;
}

/** A row as lists and details read it. */
export interface Row {
  readonly id: string;
  readonly accountId: string;
  readonly version?: number;
  readonly deletedAt?: string | null;
  readonly [field: string]: unknown;
}
