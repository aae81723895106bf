/** Creates a webhook, whose secret is shown once. */
import { useState } from 'react';
import { Fields } from '../forms/field';
import { Form } from '../forms/form';
import { fieldProblems } from '../forms/problems';
import { createInput, initialValues } from '../forms/values';
import { graphql } from '../generated';
import { useChange } from '../graphql/use-change';
import { NewSecret } from '../keys/new-secret';
import type { InputField } from '../resources/resource-type';
import { useScope } from '../session/scope';
import { useViewer, whyNot } from '../session/viewer';
import { ActionDialog } from '../ui/dialog';
import { NotOffered } from '../ui/states';

const CREATE = graphql(`
  mutation CreateWebhook($accountId: ID, $input: CreateWebhookInput!) {
    createWebhook(accountId: $accountId, input: $input) {
      webhook {
        id
        accountId
      }
      secret
    }
  }
`);

const text = { kind: 'text', isList: false } as const;

const FIELDS: readonly InputField[] = [
  { ...text, name: 'name', label: 'Name', description: 'What it is for.', isRequired: true },
  {
    ...text,
    name: 'url',
    label: 'URL',
    description: 'Where events are sent: https, at a public address.',
    isRequired: true,
  },
  {
    ...text,
    name: 'resourceTypes',
    label: 'Resource types',
    description: 'Only events of these, for example Agent; default: all.',
    isList: true,
    isRequired: false,
  },
];

function CreateForm({ accountId, close }: { readonly accountId: string; readonly close: () => void }) {
  const change = useChange();
  const [values, setValues] = useState(() => initialValues(FIELDS, null));
  const [missing, setMissing] = useState<ReturnType<typeof createInput>['problems']>([]);
  const [secret, setSecret] = useState<string | null>(null);
  const submit = async () => {
    const { input, problems } = createInput(FIELDS, values);
    setMissing(problems);
    const { name, url } = input;
    if (problems.length > 0 || typeof name !== 'string' || typeof url !== 'string') return;
    const data = await change.run(CREATE, { accountId, input: { ...input, name, url } });
    if (data) setSecret(data.createWebhook.secret);
  };
  if (secret !== null) return <NewSecret secret={secret} what="secret" close={close} />;
  const problems = fieldProblems(change.problems);
  return (
    <Form change={change} action="Create webhook" onSubmit={() => void submit()} onCancel={close}>
      <Fields
        fields={FIELDS}
        values={values}
        accountId={accountId}
        problems={[...missing, ...problems]}
        onChange={setValues}
      />
    </Form>
  );
}

export function CreateWebhook() {
  const { accountId } = useScope();
  const why = whyNot(useViewer(), 'webhooks:admin');
  if (why !== null) return <NotOffered why={why} />;
  if (accountId === null) return <NotOffered why="Choose an account above to create a webhook in it." />;
  return (
    <ActionDialog action="New webhook" title="New webhook" isPrimary>
      {(close) => <CreateForm accountId={accountId} close={close} />}
    </ActionDialog>
  );
}
