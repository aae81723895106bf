/** Every place in the schema where a caller can send an id, or any text, found by walking its arguments and inputs. */
import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { resources } from '../../src/resources';
import { creation, type SeededIds } from '../harness/factories';
import { flat, operation, required, type Operation, type Samples } from './operations';

type Field = GraphQLField<unknown, unknown>;
type Slot = GraphQLArgument | GraphQLInputField;

export interface Place {
  /** For example `updateAgent(input.toolIds)`. */
  readonly name: string;
  readonly isMutation: boolean;
  /** A working operation with the given text in this place. */
  readonly with: (text: string) => Operation;
}

const ACCOUNT = 'accountId';
/** Levels of inputs below an argument. */
const DEEPEST = 3;

/**
 * The steps from a scalar of this name to the text in it: an empty list of steps for a text itself, no list if none
 * fits.
 */
type Fit = (scalar: string) => readonly string[][];

const ids: Fit = (scalar) => ({ ID: [[]], _Any: [['id']] })[scalar] ?? [];
const texts: Fit = (scalar) =>
  ({ ID: [[]], _Any: [['id']], String: [[]], DateTime: [[]], JSON: [['note'], []], JSONObject: [['note']] })[scalar] ??
  [];

/** Paths from a type to its matching scalars, each as a list of steps. */
function waysTo(fit: Fit, type: GraphQLInputType, depth: number): string[][] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return waysTo(fit, nullable.ofType, depth).map((way) => ['*', ...way]);
  if (isInputObjectType(nullable))
    return depth === 0 ? [] : slotsWith(fit, Object.values(nullable.getFields()), depth - 1);
  return [...fit(getNamedType(nullable).name)];
}

const slotsWith = (fit: Fit, slots: readonly Slot[], depth: number): string[][] =>
  slots
    .filter((slot) => slot.name !== ACCOUNT)
    .flatMap((slot) => waysTo(fit, slot.type, depth).map((way) => [slot.name, ...way]));

/** `base` with the text at the end of the path; everything else in it is kept. */
function placed(base: unknown, [step, ...rest]: readonly string[], text: string): unknown {
  if (step === undefined) return text;
  if (step === '*') return [placed(Array.isArray(base) ? base[0] : undefined, rest, text)];
  const object: Record<string, unknown> = { ...Object(base) };
  return { ...object, [step]: placed(object[step], rest, text) };
}

/** Values that a working operation needs in arguments of these names. */
const WORDS: Readonly<Record<string, string>> = { resourceType: 'Agent', time: '2126-01-01T00:00:00Z' };

/** What an id at the end of a path needs next to it; without it, the id is refused before it is looked up. */
const COMPANIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'representations.*.id': { representations: [{ __typename: 'Agent' }] },
  'input.shadowCustomRoleId': { input: { shadowRole: 'CUSTOM' } },
  'rights.customRoleId': { rights: { role: 'CUSTOM' }, documents: [{ document: '{ viewer { role } }' }] },
};

/**
 * Arguments with which a field works: those of the factory for a creating field, otherwise an own row and no change.
 */
function working(field: Field, own: SeededIds, samples: Samples, label = 'Never stored'): Record<string, unknown> {
  const resource = resources.find(
    ({ names }) => field.name === `create${names.type}` || field.name === `start${names.type}`,
  );
  if (resource) return creation(resource, own, label).variables;
  const delegated = resources.find(({ names }) => field.name === `delegate${names.type}`);
  if (delegated) return withoutHolder(creation(delegated, own, label).variables);
  const words = Object.entries(WORDS).filter(([name]) => field.args.some((one) => one.name === name));
  const base = { ...required(field, samples), ...Object.fromEntries(words) };
  const target = resources.find(({ names }) => field.name.endsWith(names.type) || field.name === names.singular);
  const id = target && own.get(target.names.type)?.[0];
  const input = field.args.find((one) => one.name === 'input' && isNonNullType(one.type));
  const inputType = input && getNullableType(input.type);
  const changes = isInputObjectType(inputType)
    ? required({ ...field, args: argumentsOf(inputType.getFields()) }, samples)
    : {};
  return { ...base, ...('id' in base && id !== undefined && { id }), ...(input && { input: changes }) };
}

/** A delegated key cannot have a service account of its own. */
const withoutHolder = ({ input, ...others }: Record<string, unknown>): Record<string, unknown> => {
  const { serviceAccountId: _holder, ...kept }: Record<string, unknown> = { ...Object(input) };
  return { ...others, input: kept };
};

const argumentsOf = (fields: Readonly<Record<string, GraphQLInputField>>): GraphQLArgument[] =>
  Object.values(fields).map((one) => ({ ...one }));

function placesOf(fit: Fit, { schema, own, samples }: Ground, field: Field, isMutation: boolean): Place[] {
  const type = getNamedType(field.type);
  const selection = isLeafType(type) ? '' : flat(schema, type);
  return slotsWith(fit, field.args, DEEPEST).map((way) => {
    const name = `${field.name}(${way.join('.')})`;
    const base = { ...working(field, own, samples, name), ...COMPANIONS[way.join('.')] };
    return {
      name,
      isMutation,
      with: (text) => {
        const given: Record<string, unknown> = { ...Object(placed(base, way, text)) };
        return operation(field, given, selection, isMutation ? 'mutation' : 'query');
      },
    };
  });
}

interface Ground {
  readonly schema: GraphQLSchema;
  readonly own: SeededIds;
  readonly samples: Samples;
}

function places(fit: Fit, ground: Ground): Place[] {
  const of = (fields: Readonly<Record<string, Field>> | undefined, isMutation: boolean): Place[] =>
    Object.values(fields ?? {}).flatMap((field) => placesOf(fit, ground, field, isMutation));
  const { schema } = ground;
  return [...of(schema.getQueryType()?.getFields(), false), ...of(schema.getMutationType()?.getFields(), true)];
}

export const idPlaces = (schema: GraphQLSchema, own: SeededIds, samples: Samples): Place[] =>
  places(ids, { schema, own, samples });

/** Every text, id, time and JSON value that a caller can send. */
export const textPlaces = (schema: GraphQLSchema, own: SeededIds, samples: Samples): Place[] =>
  places(texts, { schema, own, samples });

/** Arguments and input fields that are named like ids but have another type, so the walk above ignores them. */
export function disguisedIds(schema: GraphQLSchema): string[] {
  const isNamedLikeId = ({ name }: Slot): boolean => /(^id|Id|Ids)$/.test(name);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const slots = [
    ...roots.flatMap((root) => Object.values(root?.getFields() ?? {}).flatMap(({ args }) => args)),
    ...Object.values(schema.getTypeMap()).flatMap((type) =>
      isInputObjectType(type) ? Object.values(type.getFields()) : [],
    ),
  ];
  const isId = ({ type }: Slot): boolean => waysTo(ids, type, DEEPEST).length > 0;
  return slots
    .filter((slot) => isNamedLikeId(slot) && !isId(slot))
    .map(({ name, type }) => `${name}: ${type.toString()}`);
}

/** Input types that contain an id deeper than the walk goes. */
export const hiddenIds = (schema: GraphQLSchema): string[] =>
  [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {})
      .filter(({ args }) => slotsWith(ids, args, 2 * DEEPEST).length !== slotsWith(ids, args, DEEPEST).length)
      .map(({ name }) => name),
  );

/** All root fields that take `accountId`. */
export const accountFields = (schema: GraphQLSchema): { field: Field; isMutation: boolean }[] =>
  [
    ...Object.values(schema.getQueryType()?.getFields() ?? {}).map((field) => ({ field, isMutation: false })),
    ...Object.values(schema.getMutationType()?.getFields() ?? {}).map((field) => ({ field, isMutation: true })),
  ].filter(({ field }) => field.args.some((one) => one.name === ACCOUNT));

/** The field with everything it needs to work, and this account. */
export function inAccount(
  schema: GraphQLSchema,
  { field, isMutation }: { field: Field; isMutation: boolean },
  accountId: string,
  own: SeededIds,
  samples: Samples,
): Operation {
  const type = getNamedType(field.type);
  const given = { ...working(field, own, samples), accountId };
  return operation(field, given, isLeafType(type) ? '' : flat(schema, type), isMutation ? 'mutation' : 'query');
}
