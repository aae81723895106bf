/** What the console knows of a resource: made from the schema by scripts/console-resources.js. */

export type FieldKind =
  'text' | 'long-text' | 'enum' | 'boolean' | 'number' | 'time' | 'id' | 'json' | 'object' | 'link' | 'reference';

export interface RowField {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly kind: FieldKind;
  readonly isList: boolean;
  readonly isNullable: boolean;
  /** As a query selects it. */
  readonly selection: string;
  readonly values?: readonly string[];
  /** Type of the rows that it leads to. */
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
  /** Of an object. */
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
  /** The root field of lists, which is the address in the console too. */
  readonly plural: string;
  readonly singular: string;
  readonly title: string;
  readonly noun: string;
  readonly nouns: string;
  readonly description: string;
  /** What changing it asks of a key. */
  readonly writeAction: string;
  readonly fields: readonly RowField[];
  readonly filters: readonly FilterField[];
  readonly orders: readonly string[];
  /** Null where rows are not created, or changed, by an input of their own. */
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
