/** The filters of a list: the usual ones in a row, the others behind a button. The address contains their values. */
import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { useSearchParams } from 'react-router';
import { parametersOf, withParameters } from '../resources/address';
import type { FilterField } from '../resources/resource-type';

const TYPING_MS = 300;

interface InputProps {
  readonly name: string;
  readonly label: string;
  readonly type?: string;
}

/** Takes effect when typing pauses, not with each letter. */
function TextFilter({ name, label, type = 'text' }: InputProps) {
  const [parameters, setParameters] = useSearchParams();
  const value = parameters.get(name) ?? '';
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  // Back and Clear change the address elsewhere.
  if (seen !== value) {
    setSeen(value);
    if (text.trim() !== value) setText(value);
  }
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => setParameters((now) => withParameters(now, { [name]: text.trim() })), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value, name, setParameters]);
  return (
    <label className="filter">
      <span className="label">{label}</span>
      <input type={type} value={text} onChange={(event) => setText(event.target.value)} />
    </label>
  );
}

function ChoiceFilter({
  name,
  label,
  values,
}: InputProps & { readonly values: readonly (readonly [string, string])[] }) {
  const [parameters, setParameters] = useSearchParams();
  return (
    <label className="filter">
      <span className="label">{label}</span>
      <select
        value={parameters.get(name) ?? ''}
        onChange={(event) => setParameters((now) => withParameters(now, { [name]: event.target.value }))}
      >
        <option value="">any</option>
        {values.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

const YES_NO = [
  ['true', 'yes'],
  ['false', 'no'],
] as const;

function Filter({ field }: { readonly field: FilterField }) {
  const { name, label, kind, values = [] } = field;
  switch (kind) {
    case 'enum':
      return <ChoiceFilter name={name} label={label} values={values.map((value) => [value, value])} />;
    case 'boolean':
    case 'presence':
      return <ChoiceFilter name={name} label={label} values={YES_NO} />;
    case 'time':
      return (
        <>
          <TextFilter name={`${name}After`} label={`${label} after`} type="date" />
          <TextFilter name={`${name}Before`} label={`${label} before`} type="date" />
        </>
      );
    case 'metadata':
      return <TextFilter name="owner" label="Owner team" />;
    default:
      return <TextFilter name={name} label={label} />;
  }
}

const USUAL = new Set(['text', 'enum', 'metadata', 'includes', 'boolean']);

export function Filters({
  fields,
  hasDeleted = false,
}: {
  readonly fields: readonly FilterField[];
  readonly hasDeleted?: boolean;
}) {
  const [parameters, setParameters] = useSearchParams();
  const names = [...fields.flatMap(parametersOf), 'deleted'];
  const others = fields.filter(({ kind }) => !USUAL.has(kind));
  const isSet = names.some((name) => parameters.has(name));
  const isOtherSet = others.flatMap(parametersOf).some((name) => parameters.has(name));
  const clear = () =>
    setParameters((now) => withParameters(now, Object.fromEntries(names.map((name) => [name, null]))));
  return (
    <div className="filters" role="search" aria-label="Filters">
      {fields
        .filter(({ kind }) => USUAL.has(kind))
        .map((field) => (
          <Filter key={field.name} field={field} />
        ))}
      {hasDeleted && (
        <ChoiceFilter
          name="deleted"
          label="Deleted rows"
          values={[
            ['INCLUDE', 'too'],
            ['ONLY', 'only'],
          ]}
        />
      )}
      {others.length > 0 && (
        <details className="more" open={isOtherSet}>
          <summary className="button">More filters</summary>
          <div className="more-filters">
            {others.map((field) => (
              <Filter key={field.name} field={field} />
            ))}
          </div>
        </details>
      )}
      {isSet && (
        <Button className="button" onPress={clear}>
          Clear filters
        </Button>
      )}
    </div>
  );
}
