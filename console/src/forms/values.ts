/** The values of a form: created from a row, and converted to the input of a mutation. */
import { isRecord } from '../resources/cell';
import type { InputField, Row } from '../resources/resource-type';

/** Texts as typed (including JSON), ids of references, parts of an object. */
export type FormValue = string | readonly string[] | { readonly [part: string]: FormValue };
export type FormValues = Readonly<Record<string, FormValue>>;

export interface FieldProblem {
  readonly path: readonly string[];
  readonly message: string;
}

const isText = (value: FormValue | undefined): value is string => typeof value === 'string';
const isTexts = (value: FormValue | undefined): value is readonly string[] => Array.isArray(value);

/** A field that the schema does not describe; text unless `more` says otherwise. */
export const inputField = (
  name: string,
  label: string,
  description: string,
  more: Partial<InputField> = {},
): InputField => ({ name, label, description, kind: 'text', isList: false, isRequired: false, ...more });

/** A list of objects has no form of its own; it is entered as JSON. */
export const isJson = ({ kind, isList }: InputField): boolean => kind === 'json' || (kind === 'object' && isList);

/** For `toolIds`, the rows of the field `tools`; for `agentId`, the field itself. */
function idsIn(row: Row, { name }: InputField): readonly string[] {
  const rows = row[`${name.replace(/Ids$/, '')}s`];
  return Array.isArray(rows)
    ? rows.flatMap((each: unknown) => (isRecord(each) && typeof each['id'] === 'string' ? [each['id']] : []))
    : [];
}

function initialValue(field: InputField, row: Readonly<Record<string, unknown>> | null): FormValue {
  const value = row?.[field.name];
  if (field.kind === 'object' && !field.isList) {
    const part = isRecord(value) ? value : null;
    return Object.fromEntries((field.fields ?? []).map((each) => [each.name, initialValue(each, part)]));
  }
  if (field.kind === 'reference' && field.isList) {
    if (Array.isArray(value)) return value.map(String);
    return row && typeof row['id'] === 'string' && typeof row['accountId'] === 'string'
      ? idsIn({ ...row, id: row['id'], accountId: row['accountId'] }, field)
      : [];
  }
  if (value === null || value === undefined) return '';
  if (isJson(field)) return JSON.stringify(value, null, 2);
  if (Array.isArray(value)) return value.join('\n');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '';
}

export const initialValues = (fields: readonly InputField[], row: Row | null): FormValues =>
  Object.fromEntries(fields.map((field) => [field.name, initialValue(field, row)]));

/** `undefined` for an empty field. */
function inputOf(
  field: InputField,
  value: FormValue | undefined,
  path: readonly string[],
  problems: FieldProblem[],
): unknown {
  if (field.kind === 'object' && !field.isList) {
    const parts = isRecord(value) ? value : {};
    const given = Object.entries(inputOfFields(field.fields ?? [], parts as FormValues, path, problems)).filter(
      ([, part]) => part !== undefined,
    );
    return given.length === 0 ? undefined : Object.fromEntries(given);
  }
  if (isTexts(value)) return value.length === 0 && !field.isList ? undefined : value;
  const text = isText(value) ? value : '';
  if (text.trim() === '') return undefined;
  if (isJson(field)) {
    try {
      return JSON.parse(text);
    } catch (error) {
      problems.push({ path, message: `This is not JSON: ${error instanceof Error ? error.message : ''}` });
      return undefined;
    }
  }
  if (field.isList)
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  switch (field.kind) {
    case 'boolean':
      return text === 'true';
    case 'number': {
      const number = Number(text);
      if (!Number.isNaN(number)) return number;
      problems.push({ path, message: 'This is not a number.' });
      return undefined;
    }
    case 'time': {
      const time = new Date(text);
      if (!Number.isNaN(time.getTime())) return time.toISOString();
      problems.push({ path, message: 'This is not a time: write it like 2027-01-31T09:00Z.' });
      return undefined;
    }
    default:
      return text;
  }
}

function inputOfFields(
  fields: readonly InputField[],
  values: FormValues,
  path: readonly string[],
  problems: FieldProblem[],
): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => [field.name, inputOf(field, values[field.name], [...path, field.name], problems)]),
  );
}

export interface Input {
  readonly input: Readonly<Record<string, unknown>>;
  readonly problems: readonly FieldProblem[];
}

/** For a new row: the fields that were filled in. */
export function createInput(fields: readonly InputField[], values: FormValues): Input {
  const problems: FieldProblem[] = [];
  const input = inputOfFields(fields, values, [], problems);
  for (const { name, isRequired } of fields)
    if (isRequired && input[name] === undefined && !problems.some(({ path }) => path[0] === name))
      problems.push({ path: [name], message: 'This field is required.' });
  return { input: Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)), problems };
}

/** For an existing row: the fields that were changed; null clears a field that was emptied. */
export function updateInput(fields: readonly InputField[], before: FormValues, values: FormValues): Input {
  const problems: FieldProblem[] = [];
  const changed = fields.filter(({ name }) => JSON.stringify(before[name]) !== JSON.stringify(values[name]));
  const input = inputOfFields(changed, values, [], problems);
  return { input: Object.fromEntries(Object.entries(input).map(([name, value]) => [name, value ?? null])), problems };
}
