/** Filters as typed inputs: each resource lists its filterable fields, and all share the same comparisons. */
import { Field, ID, InputType } from 'type-graphql';
import { isUuid } from '../../auth/caller';
import { badInput } from '../../errors';
import { jsonProblem } from '../../util/storable';
import type { Operator, Predicate } from '../../db/statements/predicate';
import { DateTime, Json } from '../scalars';

const MAX_FILTER_VALUES = 100;
const MAX_METADATA_CONDITIONS = 20;
/** The maximum size of a row's metadata. */
const MAX_METADATA_CHARS = 16 * 1024;
const MAX_FILTER_TEXT_LENGTH = 1000;

@InputType({
  description:
    'Comparisons of text; all that are given must hold. `equals` and `in` are case-sensitive, the others ignore case: for all letters in a database with a UTF-8 locale, for A to Z in one with the locale C.',
})
export class StringFilter {
  @Field(() => String, { nullable: true, description: 'Exactly this text, at most 1,000 characters.' })
  equals?: string | null;

  @Field(() => [String], { nullable: true, description: 'One of these texts, at most 100.' })
  in?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Contains this text, at most 1,000 characters; `%` and `_` have no special meaning.',
  })
  contains?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Starts with this text, at most 1,000 characters; `%` and `_` have no special meaning.',
  })
  startsWith?: string | null;
}

@InputType({ description: 'Comparisons of ids.' })
export class IdFilter {
  @Field(() => ID, { nullable: true, description: 'Exactly this id.' })
  equals?: string | null;

  @Field(() => [ID], { nullable: true, description: 'One of these ids, at most 100.' })
  in?: string[] | null;
}

@InputType({ description: 'Comparisons of times; both bounds are exclusive.' })
export class TimeFilter {
  @Field(() => DateTime, { nullable: true, description: 'Earlier than this.' })
  before?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Later than this.' })
  after?: string | null;
}

@InputType({ description: 'Comparison of a Boolean.' })
export class BooleanFilter {
  @Field(() => Boolean, { nullable: true, description: 'Exactly this value.' })
  equals?: boolean | null;
}

@InputType({ description: 'Whether there is a value.' })
export class PresenceFilter {
  @Field(() => Boolean, { nullable: true, description: 'true: there is one; false: it is null.' })
  isSet?: boolean | null;
}

@InputType({ description: 'Comparison of one value in `metadata`.' })
export class MetadataFilter {
  @Field(() => [String], { description: 'Path to the value, for example `["owner", "team"]`; 1 to 8 steps.' })
  path!: string[];

  @Field(() => Json, {
    description: 'The value it must have; an object or a list must be contained in the stored value.',
  })
  equals!: unknown;
}

/** How a field may be compared. */
interface FilterKind {
  readonly type: () => object;
  readonly list: boolean;
  readonly predicates: (property: string, given: unknown, path: readonly string[]) => Predicate[];
}

/** @throws GatewayError BAD_USER_INPUT for values that no row can hold and PostgreSQL would not even compare. */
function refuseUnstorable(value: unknown, path: readonly string[]): void {
  const problem = jsonProblem(value);
  if (problem !== null) throw badInput(path, `${path.join('.')} ${problem}.`);
}

function operands(property: string, given: unknown, path: readonly string[]): Predicate[] {
  const found: Predicate[] = [];
  for (const [operator, value] of Object.entries(Object(given) as Record<string, unknown>)) {
    if (value === undefined || value === null) continue;
    if (Array.isArray(value) && value.length > MAX_FILTER_VALUES)
      throw badInput([...path, operator], `Give at most ${MAX_FILTER_VALUES} values.`);
    if (typeof value === 'string' && value.length > MAX_FILTER_TEXT_LENGTH)
      throw badInput([...path, operator], `Give at most ${MAX_FILTER_TEXT_LENGTH} characters.`);
    refuseUnstorable(value, [...path, operator]);
    // A single value preserves the order of an index, a list of values does not.
    const [only, ...others] = operator === 'in' && Array.isArray(value) ? value.map(String) : [];
    if (only !== undefined && others.length === 0) found.push({ property, operator: 'equals', value: only });
    else found.push({ property, operator: operator as Operator, value });
  }
  return found;
}

/** An invalid UUID cannot be a row's id: the comparison matches nothing, as with an unknown id. */
function idOperands(property: string, given: unknown, path: readonly string[]): Predicate[] {
  return operands(property, given, path).map(({ operator, value }) => {
    const ids = (operator === 'in' ? (value as unknown[]) : [value]).filter(
      (id) => typeof id === 'string' && isUuid(id),
    );
    const [only] = ids;
    return ids.length === 1 ? { property, operator: 'equals', value: only } : { property, operator: 'in', value: ids };
  });
}

/** Comparisons of the owner's parts with a string use an index. */
function metadataOperator({ path, equals }: MetadataFilter): Operator {
  const way = path.join('.');
  if (typeof equals !== 'string' || path.length !== 2) return 'metadata';
  return way === 'owner.team' ? 'ownerTeam' : way === 'owner.email' ? 'ownerEmail' : 'metadata';
}

function metadataOperands(property: string, given: unknown, path: readonly string[]): Predicate[] {
  const conditions = given as MetadataFilter[];
  if (conditions.length > MAX_METADATA_CONDITIONS)
    throw badInput(path, `Give at most ${MAX_METADATA_CONDITIONS} conditions.`);
  return conditions.map((filter, index) => {
    if (filter.path.length < 1 || filter.path.length > 8)
      throw badInput([...path, String(index), 'path'], 'Give 1 to 8 steps.');
    if (JSON.stringify(filter.equals).length > MAX_METADATA_CHARS)
      throw badInput([...path, String(index), 'equals'], `Give at most ${MAX_METADATA_CHARS} characters of JSON.`);
    refuseUnstorable([filter.path, filter.equals], [...path, String(index)]);
    const value = filter.path.reduceRight((inner: unknown, step) => ({ [step]: inner }), filter.equals);
    return { property, operator: metadataOperator(filter), value };
  });
}

const kind = (type: () => object, predicates: FilterKind['predicates'] = operands, list = false): FilterKind => ({
  type,
  predicates,
  list,
});

/** Names are stored in NFC, so that they compare as people see them. */
const nameOperands: FilterKind['predicates'] = (property, given, path) =>
  operands(property, given, path).map((predicate) => ({ ...predicate, value: inNfc(predicate.value) }));

const inNfc = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(inNfc) : typeof value === 'string' ? value.normalize('NFC') : value;

export const text = kind(() => StringFilter);
export const name = kind(() => StringFilter, nameOperands);
export const id = kind(() => IdFilter, idOperands);
export const time = kind(() => TimeFilter);
export const boolean = kind(() => BooleanFilter);
export const presence = kind(() => PresenceFilter);
const metadata = kind(() => MetadataFilter, metadataOperands, true);

const choices = new Map<string, FilterKind>();

/** A filter for an enum registered with TypeGraphQL under `name`; one input type per enum. */
export function choice(name: string, values: object): FilterKind {
  const known = choices.get(name) ?? choiceKind(name, values);
  choices.set(name, known);
  return known;
}

function choiceKind(name: string, values: object): FilterKind {
  @InputType(`${name}Filter`, { description: `Comparisons of ${name}.` })
  class ChoiceFilter {
    @Field(() => values, { nullable: true, description: 'Exactly this value.' })
    equals?: string | null;

    @Field(() => [values], { nullable: true, description: 'One of these values, at most 100.' })
    in?: string[] | null;
  }
  return kind(() => ChoiceFilter);
}

/** A filter for a list of strings: matches rows whose list contains the given one. */
export function includes(): FilterKind {
  return kind(
    () => IncludesFilter,
    (property, given) => {
      const { includes: value } = given as IncludesFilter;
      return value === undefined || value === null ? [] : [{ property, operator: 'includes', value: [value] }];
    },
  );
}

@InputType({ description: 'Comparison of a list of strings.' })
export class IncludesFilter {
  @Field(() => String, { nullable: true, description: 'The list contains this text.' })
  includes?: string | null;
}

export type FilterShape = Readonly<Record<string, FilterKind>>;

/** The filters available for all account rows. */
export const COMMON_FILTERS: FilterShape = { id, createdAt: time, updatedAt: time, metadata };

interface FilterInput {
  /** Use as `@Arg(...filters.argument)`. */
  readonly argument: readonly ['filter', () => new () => object, { nullable: true; description: string }];
  /** @throws GatewayError BAD_USER_INPUT */
  readonly predicates: (given: object | null | undefined) => Predicate[];
}

/** The filters for append-only rows that are not an account's resource. */
export const APPEND_ONLY_ROWS = {
  filter: { id, createdAt: time },
  // Their ids are assigned in the order of writing, so no separate index on the time is needed.
  order: { createdAt: 'id' },
} as const;

/** Creates the input type `<name>Filter` and the function that turns it into predicates. */
export function filterInput(name: string, own: FilterShape, common: FilterShape = COMMON_FILTERS): FilterInput {
  const shape: FilterShape = { ...own, ...common };
  @InputType(`${name}Filter`, { description: `Which rows to return; all conditions must hold.` })
  class Filter {}
  for (const [property, { type, list }] of Object.entries(shape)) {
    Field(() => (list ? [type()] : type()), {
      nullable: true,
      description: list
        ? `Conditions on \`${property}\`, at most ${MAX_METADATA_CONDITIONS}.`
        : `Condition on \`${property}\`.`,
    })(Filter.prototype, property);
  }
  return {
    argument: ['filter', () => Filter, { nullable: true, description: 'Conditions; all of them must hold.' }],
    predicates: (given) =>
      Object.entries(given ?? {}).flatMap(([property, value]) =>
        value === undefined || value === null
          ? []
          : (shape[property]?.predicates(property, value, ['filter', property]) ?? []),
      ),
  };
}
