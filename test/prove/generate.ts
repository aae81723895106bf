/**
 * Operations generated from the schema with fast-check: any root field, argument, selection, fragment, alias,
 * directive.
 */
import fc, { type GeneratorValue } from 'fast-check';
import {
  astFromValue,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  print,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { resources } from '../../src/resources';
import type { Request } from './transports';

type Field = GraphQLField<unknown, unknown>;

/** The request, with references (see references.ts) in place of ids and cursors. */
export type Generated = Required<Pick<Request, 'query' | 'variables'>> & { readonly isMutation: boolean };

const MAX_DEPTH = 4;
const MAX_FIELDS = 4;
const UNKNOWN_ID = '01890000-0000-7000-8000-00000000abcd';
const TYPES = resources.map(({ names }) => names.type);
const INTEGERS = [1, 2, 3, 5, 20, 100, 101, 0, -1, 2_147_483_647];
const TIMES = ['2020-01-01T00:00:00Z', '2030-01-01T00:10:00Z', '2126-01-01T00:00:00Z', 'yesterday'];
const JSON_VALUES = [{}, { owner: { team: 'x' } }, { owner: { team: 'y', email: 'y@example.com' } }, { a: [1, null] }];
const TEXTS = ['own 0', 'zz-foreign 0', 'zz', 'o', '', '%', '_', "\\' OR 1=1 --", 'made', 'made again', 'ü'];
const BUNDLES = [
  'schemaVersion: 1\ntools:\n  - name: imported\n    type: NATIVE\n',
  'schemaVersion: 1\nagents:\n  - name: zz-foreign 0\n    type: CONFIG\n    framework: LANGCHAIN\n    model: { provider: a, name: b }\n    tools: [zz-foreign 0]\n',
  'schemaVersion: 1\ncustomRoles:\n  - name: zz-foreign 0\n    permissions: ["agents:read"]\n',
  '{"schemaVersion":1,"tools":[]}',
  'nonsense',
];

/** Texts for arguments and fields of this name. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  cron: ['0 9 * * *', '*/5 * * * *', 'never'],
  timezone: ['Europe/Berlin', 'UTC', 'Nowhere'],
  url: ['https://mcp.example/sse', 'nothing'],
  bundle: BUNDLES,
  slug: ['made-account', 'own', 'zz-foreign'],
  resourceType: TYPES,
  document: ['{ viewer { role } }', '{ agents { nodes { id } } }', 'mutation { deleteTool(id: "x") { id } }', '{'],
  permissions: ['agents:read', 'tools:write', 'apiKeys:admin', 'dragons:read'],
  after: ['cursor:own:0', 'cursor:own:1', 'cursor:own:2', 'cursor:foreign:0', 'cursor:foreign:1', 'no cursor'],
  before: ['cursor:own:0', 'cursor:own:3', 'cursor:own:4', 'cursor:foreign:0', 'cursor:foreign:2', 'no cursor'],
};

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Builds one operation from the choices of fast-check, which can be shrunk. */
class Builder {
  readonly variables: Record<string, unknown> = {};
  readonly #declared: string[] = [];
  readonly #fragments: string[] = [];

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly decide: GeneratorValue,
  ) {}

  operation(kind: 'query' | 'mutation', fields: readonly Field[], asMaster: boolean): Generated {
    const several = this.#happens(10) ? 2 : 1;
    const roots = Array.from({ length: several }, (_, index) => {
      const field = this.#oneOf(fields);
      return `r${index}: ${this.#field(field, MAX_DEPTH, asMaster)}`;
    });
    const head = this.#declared.length === 0 ? '' : `(${this.#declared.join(', ')})`;
    const text = `${kind} Proof${head} { ${roots.join(' ')} } ${this.#fragments.join(' ')}`.trim();
    return { query: text, variables: this.variables, isMutation: kind === 'mutation' };
  }

  #integer(max: number): number {
    return this.decide(fc.nat, { max });
  }

  /** Shrinks towards "no". */
  #happens(percent: number): boolean {
    return this.#integer(99) >= 100 - percent;
  }

  #oneOf<Value>(values: readonly Value[]): Value {
    const value = values[this.#integer(values.length - 1)];
    if (value === undefined) throw new Error('There is nothing to choose from');
    return value;
  }

  #field(field: Field, depth: number, asMaster = false): string {
    const given = field.args
      .map((argument) => [argument, this.#argument(argument, field, asMaster)] as const)
      .filter(([, text]) => text !== null)
      .map(([argument, text]) => `${argument.name}: ${text}`);
    const called = given.length === 0 ? field.name : `${field.name}(${given.join(', ')})`;
    return `${called}${this.#directive()} ${this.#selection(getNamedType(field.type), depth - 1)}`.trim();
  }

  #directive(): string {
    if (!this.#happens(6)) return '';
    const name = this.#happens(50) ? 'include' : 'skip';
    const condition = this.#happens(50);
    return ` @${name}(if: ${this.#happens(50) ? this.#variable('Boolean!', condition) : String(condition)})`;
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    if (isLeafType(type)) return '';
    if (isAbstractType(type)) {
      const possible = this.schema.getPossibleTypes(type);
      return `{ __typename ${possible.map((each) => `... on ${each.name} ${this.#selection(each, depth)}`).join(' ')} }`;
    }
    if (!isObjectType(type)) return '';
    const fields = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)) || depth > 0);
    const chosen = this.#some(fields);
    const always = 'id' in type.getFields() ? ['__typename', 'id'] : ['__typename'];
    const selected = chosen.map((field, index) => {
      const alias = this.#happens(8) || always.includes(field.name) ? `a${index}: ` : '';
      return `${alias}${this.#field(field, depth)}`;
    });
    return this.#inFragment(type.name, `{ ${[...always, ...selected].join(' ')} }`);
  }

  #some(fields: readonly Field[]): Field[] {
    const left = [...fields];
    const count = Math.min(left.length, 1 + this.#integer(MAX_FIELDS - 1));
    return Array.from({ length: count }, () => left.splice(this.#integer(left.length - 1), 1)[0]).filter(
      (field) => field !== undefined,
    );
  }

  #inFragment(typeName: string, selection: string): string {
    if (this.#happens(6)) return `{ ... on ${typeName} ${selection} }`;
    if (!this.#happens(6)) return selection;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${typeName} ${selection}`);
    return `{ ...${name} }`;
  }

  /** @returns null for an argument that is omitted. */
  #argument(argument: GraphQLArgument, field: Field, asMaster: boolean): string | null {
    const { name, type } = argument;
    if (name === 'accountId') {
      if (asMaster) return '"account:own"';
      return this.#happens(15) ? this.#oneOf(['"account:own"', '"account:foreign"', `"${UNKNOWN_ID}"`]) : null;
    }
    const isNeeded = isNonNullType(type) && argument.defaultValue === undefined;
    if (!isNeeded && !this.#happens(35)) return null;
    const value = this.#value(type, name, field.name, 3);
    return this.#literal(type, value) ?? this.#variable(type.toString(), value);
  }

  /** @returns null if the value is sent as a variable. */
  #literal(type: GraphQLInputType, value: unknown): string | null {
    if (!this.#happens(40)) return null;
    try {
      const node = astFromValue(value, type);
      return node ? print(node) : null;
    } catch {
      // JSON values and values of the wrong type have no literal of this type.
      return null;
    }
  }

  #variable(type: string, value: unknown): string {
    const name = `v${this.#declared.length}`;
    this.#declared.push(`$${name}: ${type}`);
    this.variables[name] = value;
    return `$${name}`;
  }

  #value(type: GraphQLInputType, name: string, place: string, depth: number): unknown {
    const nullable = getNullableType(type);
    if (!isNonNullType(type) && this.#happens(4)) return null;
    if (isListType(nullable)) {
      const items = this.#integer(2);
      return Array.from({ length: items }, () => this.#value(nullable.ofType, name, place, depth));
    }
    if (isEnumType(nullable)) return this.#oneOf(nullable.getValues()).name;
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields()).filter(
        (field) => (isNonNullType(field.type) && field.defaultValue === undefined) || (depth > 0 && this.#happens(30)),
      );
      return Object.fromEntries(
        fields.map((field) => [field.name, this.#value(field.type, field.name, place, depth - 1)]),
      );
    }
    return this.#scalar(getNamedType(nullable).name, name, place);
  }

  #scalar(type: string, name: string, place: string): unknown {
    switch (type) {
      case 'ID':
        return this.#id(name, place);
      case 'Int':
        return this.#oneOf(INTEGERS);
      case 'Boolean':
        return this.#happens(50);
      case 'DateTime':
        return this.#oneOf(TIMES);
      case 'String':
        return this.#oneOf(FITTING[name] ?? TEXTS);
      case '_Any':
        return this.#representation();
      default:
        return name === 'config' ? { url: this.#oneOf(FITTING['url'] ?? []) } : this.#oneOf(JSON_VALUES);
    }
  }

  /** A representation as routers send it, and sometimes an invalid one. */
  #representation(): unknown {
    if (this.#happens(5)) return this.#oneOf(JSON_VALUES);
    if (this.#happens(10)) return { __typename: 'Account', id: this.#oneOf(['account:own', 'account:foreign']) };
    const type = this.#oneOf(TYPES);
    return { __typename: type, id: this.#id('id', type) };
  }

  /** An id of the expected type or of any other: own, foreign, unknown or invalid. */
  #id(name: string, place: string): string {
    const hint = name === 'id' ? place : name.replace(/Ids?$/, '');
    const fitting = TYPES.find((type) => capitalized(hint).endsWith(type));
    const type = fitting !== undefined && !this.#happens(10) ? fitting : this.#oneOf(TYPES);
    if (this.#happens(30)) return this.#oneOf([UNKNOWN_ID, 'no id', 'account:own', 'account:foreign']);
    return `${this.#happens(35) ? 'foreign' : 'own'}:${type}:${this.#integer(5)}`;
  }
}

const fieldsOf = (type: { getFields(): Record<string, Field> } | null | undefined): Field[] =>
  Object.values(type?.getFields() ?? {});

/** Connects to an address of the caller's choice, and the answer includes the time that this took. */
const SENDS_AWAY = 'testWebhook';

/**
 * @param asMaster whether every operation names the account, and operations without an account argument are omitted.
 */
export function operations(schema: GraphQLSchema, asMaster: boolean): fc.Arbitrary<Generated> {
  const allowed = (field: Field): boolean => !asMaster || field.args.some(({ name }) => name === 'accountId');
  const queries = fieldsOf(schema.getQueryType()).filter(allowed);
  const mutations = fieldsOf(schema.getMutationType()).filter((field) => allowed(field) && field.name !== SENDS_AWAY);
  return fc.gen().map((decide) => {
    const isMutation = decide(fc.nat, { max: 99 }) >= 75;
    const builder = new Builder(schema, decide);
    return builder.operation(isMutation ? 'mutation' : 'query', isMutation ? mutations : queries, asMaster);
  });
}
