/** The keys that work across accounts. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useSearchParams } from 'react-router';
import { Form } from '../../forms/form';
import { SecretForm } from '../../forms/secret-form';
import { inputField, type Input } from '../../forms/values';
import { graphql } from '../../generated';
import type { MasterKeysQuery } from '../../generated/graphql';
import { useChange, type Change } from '../../graphql/use-change';
import { PAGE_SIZE } from '../../resources/address';
import { useViewer, whyNot } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import type { Column } from '../../ui/data-table';
import { ActionDialog } from '../../ui/dialog';
import { ListPage } from '../../ui/list-page';
import { TimeOr } from '../../ui/time';

const KEYS = graphql(`
  query MasterKeys($first: Int, $after: String) {
    masterKeys(first: $first, after: $after) {
      nodes {
        id
        name
        preview
        status
        createdAt
        expiresAt
        lastUsedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const CREATE = graphql(`
  mutation CreateMasterKey($input: CreateMasterKeyInput!) {
    createMasterKey(input: $input) {
      masterKey {
        id
      }
      secret
    }
  }
`);

const REVOKE = graphql(`
  mutation RevokeMasterKey($id: ID!) {
    revokeMasterKey(id: $id) {
      id
      status
    }
  }
`);

type Key = MasterKeysQuery['masterKeys']['nodes'][number];

const FIELDS = [
  inputField('name', 'Name', '', { isRequired: true }),
  inputField('expiresInDays', 'Days until it expires', 'Default: 90.', { kind: 'number' }),
];

function CreateForm({ close }: { readonly close: () => void }) {
  const create = async (change: Change, { name, expiresInDays }: Input['input']) => {
    const input = { name: String(name), ...(typeof expiresInDays === 'number' && { expiresInDays }) };
    return (await change.run(CREATE, { input }))?.createMasterKey.secret ?? null;
  };
  return <SecretForm fields={FIELDS} action="Create master key" create={create} close={close} />;
}

function RevokeForm({ id, name, close }: Pick<Key, 'id' | 'name'> & { readonly close: () => void }) {
  const change = useChange();
  const isOwn = useViewer().key.id === id;
  const submit = async () => {
    if (await change.run(REVOKE, { id })) close();
  };
  return (
    <Form change={change} action="Revoke permanently" isDangerous onSubmit={() => void submit()} onCancel={close}>
      <p>
        <strong>{name}</strong> is refused everywhere within a second. This cannot be undone.
      </p>
      {isOwn && <p className="notice warning">This is the key of this tab: your session ends with it.</p>}
    </Form>
  );
}

const COLUMNS: readonly Column<Key>[] = [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Status', cell: ({ status }) => <Badge value={status} /> },
  { title: 'Key', cell: ({ preview }) => <code>{preview}</code> },
  { title: 'Last used', cell: ({ lastUsedAt }) => <TimeOr at={lastUsedAt} otherwise="never" /> },
  { title: 'Expires', cell: ({ expiresAt }) => <TimeOr at={expiresAt} otherwise="never" /> },
  {
    title: 'Actions',
    cell: ({ id, name, status }) =>
      status === 'ACTIVE' && (
        <ActionDialog action="Revoke" title="Revoke this master key?" isDangerous>
          {(close) => <RevokeForm id={id} name={name} close={close} />}
        </ActionDialog>
      ),
  },
];

export function MasterKeys() {
  const closed = whyNot(useViewer(), 'master');
  const [parameters] = useSearchParams();
  const variables = { first: PAGE_SIZE, after: parameters.get('after') };
  const { data, previousData, error } = useQuery(KEYS, closed !== null ? skipToken : { variables });
  return (
    <ListPage
      title="Master keys"
      about="They read and change every account; each use is recorded under Master access."
      closed={closed}
      actions={
        <ActionDialog action="New master key" title="New master key" isPrimary>
          {(close) => <CreateForm close={close} />}
        </ActionDialog>
      }
      columns={COLUMNS}
      isOfPlatform
      page={(data ?? previousData)?.masterKeys}
      error={error}
      empty="There is no master key."
    />
  );
}
