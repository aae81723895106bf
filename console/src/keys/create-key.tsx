/** Creates the key of an account: with a role, restrictions and an end. */
import { useState } from 'react';
import { Fields } from '../forms/field';
import { Form } from '../forms/form';
import { fieldProblems } from '../forms/problems';
import { createInput, initialValues, type FormValues } from '../forms/values';
import { graphql } from '../generated';
import type { CreateApiKeyInput } from '../generated/graphql';
import { useChange } from '../graphql/use-change';
import type { InputField } from '../resources/resource-type';
import { useScope } from '../session/scope';
import { useViewer, whyNot } from '../session/viewer';
import { ActionDialog } from '../ui/dialog';
import { NotOffered } from '../ui/states';
import { NewSecret } from './new-secret';

const CREATE = graphql(`
  mutation CreateApiKey($accountId: ID, $input: CreateApiKeyInput!) {
    createApiKey(accountId: $accountId, input: $input) {
      apiKey {
        id
        accountId
      }
      secret
    }
  }
`);

const field = (name: string, label: string, description: string, more: Partial<InputField> = {}): InputField => ({
  name,
  label,
  description,
  kind: 'text',
  isList: false,
  isRequired: false,
  ...more,
});

const ROLES = ['VIEWER', 'RUNNER', 'CREATOR', 'ADMINISTRATOR', 'CUSTOM'] as const;
type Role = (typeof ROLES)[number];

const FIELDS: readonly InputField[] = [
  field('name', 'Name', 'What the key is for.', { isRequired: true }),
  field('role', 'Role', 'VIEWER reads, RUNNER starts runs too, CREATOR changes too, ADMINISTRATOR manages keys too.', {
    kind: 'enum',
    values: ROLES,
    isRequired: true,
  }),
  field('customRoleId', 'Custom role', 'With the role CUSTOM, and only then.', {
    kind: 'reference',
    target: 'CustomRole',
  }),
  field('expiresInDays', 'Days until it expires', '1 to 365; default: 90.', { kind: 'number' }),
];

const RESTRICTIONS: readonly InputField[] = [
  field('resourceTypes', 'Resource types', 'Only these, for example agents; default: all that the role allows.', {
    isList: true,
  }),
  field('ownerTeams', 'Owner teams', 'Only rows of these teams, by metadata.owner.team.', { isList: true }),
  field('rowIds', 'Rows', 'Only the agents, tools and MCP servers with these ids.', { isList: true }),
  field('networks', 'Networks', 'Only from these, in CIDR notation: 10.0.0.0/8.', { isList: true }),
  field('notBefore', 'Not before', 'Refused before this time: 2027-01-31T09:00Z.', { kind: 'time' }),
  field('ratePerMinute', 'Cost units per minute', 'At least 1; default: the limit of the gateway.', { kind: 'number' }),
  field('serviceAccountId', 'Service account', 'Who holds the key; rotation keeps it.', {
    kind: 'reference',
    target: 'ServiceAccount',
  }),
];

const ALL_FIELDS = [...FIELDS, ...RESTRICTIONS];

const isRole = (value: unknown): value is Role => ROLES.some((role) => role === value);

/** The gateway checks the rest. */
function keyInput(values: FormValues): { readonly input: CreateApiKeyInput | null; readonly problem: string | null } {
  const { input, problems } = createInput(ALL_FIELDS, values);
  const { name, role } = input;
  const [problem] = problems;
  if (problem) return { input: null, problem: `${problem.path.join('.')}: ${problem.message}` };
  if (typeof name !== 'string' || !isRole(role)) return { input: null, problem: 'Choose a name and a role.' };
  return { input: { ...input, name, role }, problem: null };
}

function CreateForm({ accountId, close }: { readonly accountId: string; readonly close: () => void }) {
  const change = useChange();
  const [values, setValues] = useState(() => initialValues(ALL_FIELDS, null));
  const [secret, setSecret] = useState<string | null>(null);
  const isCustom = values['role'] === 'CUSTOM';
  const submit = async () => {
    const { input, problem } = keyInput(values);
    if (input === null) {
      change.refuse([{ message: problem ?? '', code: 'BAD_USER_INPUT', requestId: null, path: null, extensions: {} }]);
      return;
    }
    const data = await change.run(CREATE, { accountId, input });
    if (data) setSecret(data.createApiKey.secret);
  };
  if (secret !== null) return <NewSecret secret={secret} close={close} />;
  const problems = fieldProblems(change.problems);
  const shared = { values, accountId, problems, onChange: setValues };
  return (
    <Form change={change} action="Create key" onSubmit={() => void submit()} onCancel={close}>
      <Fields {...shared} fields={FIELDS.filter(({ name }) => isCustom || name !== 'customRoleId')} />
      <details>
        <summary>Restrictions</summary>
        <Fields {...shared} fields={RESTRICTIONS} />
      </details>
    </Form>
  );
}

export function CreateKey() {
  const { accountId } = useScope();
  const why = whyNot(useViewer(), 'apiKeys:admin');
  if (why !== null) return <NotOffered why={why} />;
  if (accountId === null) return <NotOffered why="Choose an account above to create a key in it." />;
  return (
    <ActionDialog action="New key" title="New key" isPrimary>
      {(close) => <CreateForm accountId={accountId} close={close} />}
    </ActionDialog>
  );
}
