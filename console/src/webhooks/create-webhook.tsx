/** Creates a webhook and shows its secret once. */
import { SecretForm } from '../forms/secret-form';
import { inputField, type Input } from '../forms/values';
import { graphql } from '../generated';
import type { Change } from '../graphql/use-change';
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

const FIELDS = [
  inputField('name', 'Name', 'What it is for.', { isRequired: true }),
  inputField('url', 'URL', 'The endpoint: https, at a public address.', { isRequired: true }),
  inputField('resourceTypes', 'Resource types', 'Only events of these, for example Agent; default: all.', {
    isList: true,
  }),
];

function CreateForm({ accountId, close }: { readonly accountId: string; readonly close: () => void }) {
  const create = async (change: Change, { name, url, ...further }: Input['input']) => {
    const input = { ...further, name: String(name), url: String(url) };
    return (await change.run(CREATE, { accountId, input }))?.createWebhook.secret ?? null;
  };
  return (
    <SecretForm
      fields={FIELDS}
      accountId={accountId}
      action="Create webhook"
      what="secret"
      create={create}
      close={close}
    />
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
