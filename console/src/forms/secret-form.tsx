/** The form of something that has a secret, which is shown once. */
import { useState, type ReactNode } from 'react';
import { useChange, type Change } from '../graphql/use-change';
import { NewSecret } from '../keys/new-secret';
import type { InputField } from '../resources/resource-type';
import { Fields, type FieldsProps } from './field';
import { Form } from './form';
import { fieldProblems } from './problems';
import { createInput, initialValues, type FieldProblem, type Input } from './values';

interface SecretFormProps {
  readonly fields: readonly InputField[];
  readonly accountId?: string;
  readonly action: string;
  /** The kind of secret; default: a key. */
  readonly what?: string;
  /** @returns the secret; null if creating failed. */
  readonly create: (change: Change, input: Input['input']) => Promise<string | null>;
  readonly close: () => void;
  /** The layout of the fields, if they are not in one column. */
  readonly layout?: (shown: Omit<FieldsProps, 'fields'>) => ReactNode;
  /** Shown below the fields. */
  readonly children?: ReactNode;
}

export function SecretForm(props: SecretFormProps) {
  const { fields, accountId = '', action, what, create, close, layout, children } = props;
  const change = useChange();
  const [values, setValues] = useState(() => initialValues(fields, null));
  const [missing, setMissing] = useState<readonly FieldProblem[]>([]);
  const [secret, setSecret] = useState<string | null>(null);
  const submit = async () => {
    const { input, problems } = createInput(fields, values);
    setMissing(problems);
    if (problems.length === 0) setSecret(await create(change, input));
  };
  if (secret !== null) return <NewSecret secret={secret} what={what} close={close} />;
  const problems = [...missing, ...fieldProblems(change.problems)];
  const shown = { values, accountId, problems, onChange: setValues };
  return (
    <Form change={change} action={action} onSubmit={() => void submit()} onCancel={close}>
      {layout ? layout(shown) : <Fields {...shown} fields={fields} />}
      {children}
    </Form>
  );
}
