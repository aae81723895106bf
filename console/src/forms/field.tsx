/** A form field, according to its kind. */
import { lazy, Suspense, useId } from 'react';
import { Button } from 'react-aria-components';
import { resourceOfType } from '../resources/definitions';
import type { InputField } from '../resources/resource-type';
import { isRecord } from '../resources/cell';
import { mayRead, useViewer } from '../session/viewer';
import { Loading } from '../ui/states';
import { limitsOf, schemaOf, TEMPLATES } from './json-schemas';
import { ReferencePicker } from './reference-picker';
import { isJson, type FieldProblem, type FormValue, type FormValues } from './values';

const JsonEditor = lazy(async () => ({ default: (await import('./json-editor')).JsonEditor }));

interface FieldProps {
  readonly field: InputField;
  readonly value: FormValue | undefined;
  readonly accountId: string;
  readonly problems: readonly FieldProblem[];
  readonly onChange: (value: FormValue) => void;
}

const isSecret = ({ name }: InputField): boolean => /^(token|apiKey|headerValue|secret|value)$/.test(name);

interface InputProps {
  readonly field: InputField;
  readonly text: string;
  readonly attributes: React.AriaAttributes & { readonly id: string };
  readonly onChange: (text: string) => void;
}

function TextInput({ field, text, attributes, onChange }: InputProps) {
  const { kind, values = [], isList, isRequired } = field;
  const choices = kind === 'boolean' ? ['true', 'false'] : values;
  if (!isList && choices.length > 0)
    return (
      <select {...attributes} value={text} onChange={(event) => onChange(event.target.value)}>
        {(!isRequired || text === '') && <option value="">{isRequired ? 'Choose…' : 'not set'}</option>}
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {kind === 'boolean' ? (choice === 'true' ? 'yes' : 'no') : choice}
          </option>
        ))}
      </select>
    );
  if (kind === 'long-text' || isList)
    return (
      <textarea
        {...attributes}
        rows={isList ? 3 : 4}
        value={text}
        placeholder={isList ? 'one per line' : ''}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  return (
    <input
      {...attributes}
      type={isSecret(field) ? 'password' : 'text'}
      autoComplete="off"
      inputMode={kind === 'number' ? 'numeric' : 'text'}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** A sentence from the schema; text between backticks is shown as code. */
const Description = ({ text }: { readonly text: string }) =>
  text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));

/** The sentences under a field. */
function Help({
  id,
  description,
  problems,
}: {
  readonly id: string;
  readonly description: string;
  readonly problems: readonly FieldProblem[];
}) {
  return (
    <div id={id}>
      {description !== '' && (
        <p className="help">
          <Description text={description} />
        </p>
      )}
      {problems.map(({ path, message }) => (
        <p key={`${path.join('.')} ${message}`} className="field-problem">
          {message}
        </p>
      ))}
    </div>
  );
}

export function Field({ field, value, accountId, problems, onChange }: FieldProps) {
  const id = useId();
  const viewer = useViewer();
  const { label, description, kind, isRequired, isList, target = '' } = field;
  const help = <Help id={`${id}-help`} description={description} problems={problems} />;
  const title = (
    <>
      {label}
      {isRequired && <span className="needed"> needed</span>}
    </>
  );
  const resource = resourceOfType(target);
  if (kind === 'object' && !isList)
    return (
      <fieldset className="group">
        <legend className="label">{title}</legend>
        {help}
        <Fields
          fields={field.fields ?? []}
          values={isRecord(value) ? value : {}}
          accountId={accountId}
          problems={problems.map(({ path, message }) => ({ path: path.slice(1), message }))}
          onChange={onChange}
        />
      </fieldset>
    );
  if (kind === 'reference' && resource && mayRead(viewer)(resource.permission)) {
    const chosen = Array.isArray(value) ? value.map(String) : typeof value === 'string' && value !== '' ? [value] : [];
    return (
      <fieldset className="group">
        <legend className="label">{title}</legend>
        {help}
        <ReferencePicker
          resource={resource}
          label={label}
          accountId={accountId}
          chosen={chosen}
          isList={isList}
          onChange={(ids) => onChange(isList ? ids : (ids[0] ?? ''))}
        />
      </fieldset>
    );
  }
  const text = typeof value === 'string' ? value : Array.isArray(value) ? value.join('\n') : '';
  if (isJson(field)) {
    const template = TEMPLATES[field.name];
    return (
      <div className="field">
        <span className="label">
          {title}
          {text === '' && template !== undefined && (
            <Button className="button tiny" onPress={() => onChange(JSON.stringify(template, null, 2))}>
              Start from an example
            </Button>
          )}
        </span>
        <Suspense fallback={<Loading label="Loading the editor" />}>
          <JsonEditor
            label={label}
            value={text}
            schema={schemaOf(field)}
            limits={limitsOf(description)}
            onChange={onChange}
          />
        </Suspense>
        {help}
      </div>
    );
  }
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {title}
      </label>
      <TextInput
        field={field}
        text={text}
        attributes={{
          id,
          'aria-describedby': `${id}-help`,
          'aria-invalid': problems.length > 0,
          'aria-required': isRequired,
        }}
        onChange={onChange}
      />
      {help}
    </div>
  );
}

export interface FieldsProps {
  readonly fields: readonly InputField[];
  readonly values: FormValues;
  readonly accountId: string;
  readonly problems: readonly FieldProblem[];
  readonly onChange: (values: FormValues) => void;
}

export function Fields({ fields, values, accountId, problems, onChange }: FieldsProps) {
  return (
    <>
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name]}
          accountId={accountId}
          problems={problems.filter(({ path }) => path[0] === field.name)}
          onChange={(value) => onChange({ ...values, [field.name]: value })}
        />
      ))}
    </>
  );
}
