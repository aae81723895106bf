/** Creates a key of an account, with a role, restrictions and an expiry time. */
import { Fields, type FieldsProps } from '../forms/field';
import { SecretForm } from '../forms/secret-form';
import { inputField, type Input } from '../forms/values';
import { graphql } from '../generated';
import type { Change } from '../graphql/use-change';
import { useScope } from '../session/scope';
import { useViewer, whyNot } from '../session/viewer';
import { ActionDialog } from '../ui/dialog';
import { NotOffered } from '../ui/states';

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

const ROLES = ['VIEWER', 'RUNNER', 'CREATOR', 'ADMINISTRATOR', 'CUSTOM'] as const;
type Role = (typeof ROLES)[number];

const FIELDS = [
  inputField('name', 'Name', 'What the key is for.', { isRequired: true }),
  inputField(
    'role',
    'Role',
    'VIEWER: read. RUNNER: also start runs. CREATOR: also change rows. ADMINISTRATOR: also manage keys.',
    {
      kind: 'enum',
      values: ROLES,
      isRequired: true,
    },
  ),
  inputField('customRoleId', 'Custom role', 'Only with the role CUSTOM.', {
    kind: 'reference',
    target: 'CustomRole',
  }),
  inputField('expiresInDays', 'Days until it expires', '1 to 365; default: 90.', { kind: 'number' }),
];

const RESTRICTIONS = [
  inputField('resourceTypes', 'Resource types', 'Only these, for example agents; default: all that the role allows.', {
    isList: true,
  }),
  inputField('ownerTeams', 'Owner teams', 'Only rows of these teams, by metadata.owner.team.', { isList: true }),
  inputField('rowIds', 'Rows', 'Only the agents, tools and MCP servers with these ids.', { isList: true }),
  inputField('networks', 'Networks', 'Only from these, in CIDR notation: 10.0.0.0/8.', { isList: true }),
  inputField('notBefore', 'Not before', 'Refused before this time: 2027-01-31T09:00Z.', { kind: 'time' }),
  inputField('ratePerMinute', 'Cost units per minute', 'At least 1; default: the limit of the gateway.', {
    kind: 'number',
  }),
  inputField('serviceAccountId', 'Service account', 'Who holds the key; rotation does not change it.', {
    kind: 'reference',
    target: 'ServiceAccount',
  }),
];

const ALL_FIELDS = [...FIELDS, ...RESTRICTIONS];

const isRole = (value: unknown): value is Role => ROLES.some((role) => role === value);

function CreateForm({ accountId, close }: { readonly accountId: string; readonly close: () => void }) {
  const create = async (change: Change, { name, role, ...further }: Input['input']) => {
    if (!isRole(role)) return null;
    const input = { ...further, name: String(name), role };
    return (await change.run(CREATE, { accountId, input }))?.createApiKey.secret ?? null;
  };
  const layout = (shown: Omit<FieldsProps, 'fields'>) => (
    <>
      <Fields
        {...shown}
        fields={FIELDS.filter(({ name }) => shown.values['role'] === 'CUSTOM' || name !== 'customRoleId')}
      />
      <details>
        <summary>Restrictions</summary>
        <Fields {...shown} fields={RESTRICTIONS} />
      </details>
    </>
  );
  return (
    <SecretForm
      fields={ALL_FIELDS}
      accountId={accountId}
      action="Create key"
      create={create}
      close={close}
      layout={layout}
    />
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
