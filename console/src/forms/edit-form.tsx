/** The form for an existing or new row: its fields, the problems with them, and the page that follows. */
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { InputField } from '../resources/resource-type';
import { useChange, type Change } from '../graphql/use-change';
import { Fields } from './field';
import { Form } from './form';
import { fieldProblems, localProblems } from './problems';
import type { FieldProblem, FormValues } from './values';

interface EditFormProps<Input> {
  readonly fields: readonly InputField[];
  readonly accountId: string;
  /** The initial values of the form. */
  readonly before: FormValues;
  readonly action: string;
  readonly inputOf: (values: FormValues) => { readonly input: Input; readonly problems: readonly FieldProblem[] };
  /** @returns the address of the page that follows; null if saving failed. */
  readonly save: (change: Change, input: Input) => Promise<string | null>;
  /** The address for cancelling. */
  readonly back: string;
  readonly readAgain?: () => void;
}

export function EditForm<Input>(props: EditFormProps<Input>) {
  const { fields, accountId, before, action, inputOf, save, back, readAgain } = props;
  const navigate = useNavigate();
  const change = useChange();
  const [values, setValues] = useState(before);
  const submit = async () => {
    const { input, problems } = inputOf(values);
    if (problems.length > 0) {
      change.refuse(localProblems(problems));
      return;
    }
    const address = await save(change, input);
    if (address !== null) await navigate(address);
  };
  return (
    <Form
      change={change}
      action={action}
      onSubmit={() => void submit()}
      onCancel={() => void navigate(back)}
      readAgain={readAgain}
    >
      <Fields
        fields={fields}
        values={values}
        accountId={accountId}
        problems={fieldProblems(change.problems)}
        onChange={setValues}
      />
    </Form>
  );
}
