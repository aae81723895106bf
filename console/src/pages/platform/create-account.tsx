/** Creates an account with its first key. */
import { useState } from 'react';
import { Field } from '../../forms/field';
import { Form } from '../../forms/form';
import { fieldProblems } from '../../forms/problems';
import { createInput, type FormValues } from '../../forms/values';
import { graphql } from '../../generated';
import { useChange } from '../../graphql/use-change';
import { NewSecret } from '../../keys/new-secret';
import type { InputField } from '../../resources/resource-type';
import { ActionDialog } from '../../ui/dialog';

const CREATE = graphql(`
  mutation CreateAccount($input: CreateAccountInput!) {
    createAccount(input: $input) {
      account {
        id
        slug
      }
      secret
    }
  }
`);

const text = (name: string, label: string, description: string): InputField => ({
  name,
  label,
  description,
  kind: 'text',
  isList: false,
  isRequired: true,
});

const FIELDS: readonly InputField[] = [
  text('slug', 'Short name', 'Unique and fixed: 1 to 63 lower-case letters, digits and inner hyphens.'),
  text('name', 'Name', 'What people see, 1 to 255 characters.'),
];

function CreateForm({ close }: { readonly close: () => void }) {
  const change = useChange();
  const [values, setValues] = useState<FormValues>({ slug: '', name: '' });
  const [secret, setSecret] = useState<string | null>(null);
  const submit = async () => {
    const { slug = '', name = '' } = createInput(FIELDS, values).input;
    const data = await change.run(CREATE, { input: { slug: String(slug), name: String(name) } });
    if (data) setSecret(data.createAccount.secret);
  };
  if (secret !== null) return <NewSecret secret={secret} close={close} />;
  const problems = fieldProblems(change.problems);
  return (
    <Form change={change} action="Create account" onSubmit={() => void submit()} onCancel={close}>
      {FIELDS.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name]}
          accountId=""
          problems={problems.filter(({ path }) => path[0] === field.name)}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      <p className="muted">It begins with a PRIMARY key, which never expires and is shown once.</p>
    </Form>
  );
}

export function CreateAccount() {
  return (
    <ActionDialog action="New account" title="New account" isPrimary>
      {(close) => <CreateForm close={close} />}
    </ActionDialog>
  );
}
