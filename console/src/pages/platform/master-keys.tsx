/** The keys that work across accounts. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Form } from '../../forms/form';
import { graphql } from '../../generated';
import type { MasterKeysQuery } from '../../generated/graphql';
import { useChange } from '../../graphql/use-change';
import { NewSecret } from '../../keys/new-secret';
import { PAGE_SIZE } from '../../resources/address';
import { useSearchParams } from 'react-router';
import { useViewer, whyNot } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import { DataTable, type Column } from '../../ui/data-table';
import { ActionDialog } from '../../ui/dialog';
import { ClosedPage, Page } from '../../ui/page';
import { Empty } from '../../ui/states';
import { Time } from '../../ui/time';

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

const TITLE = 'Master keys';
const DEFAULT_DAYS = 90;

function CreateForm({ close }: { readonly close: () => void }) {
  const change = useChange();
  const [name, setName] = useState('');
  const [days, setDays] = useState(`${DEFAULT_DAYS}`);
  const [secret, setSecret] = useState<string | null>(null);
  const submit = async () => {
    const data = await change.run(CREATE, { input: { name, expiresInDays: Number(days) } });
    if (data) setSecret(data.createMasterKey.secret);
  };
  if (secret !== null) return <NewSecret secret={secret} close={close} />;
  return (
    <Form change={change} action="Create master key" onSubmit={() => void submit()} onCancel={close}>
      <label className="field">
        <span className="label">Name</span>
        <input value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <label className="field">
        <span className="label">Days until it expires</span>
        <input inputMode="numeric" value={days} onChange={(event) => setDays(event.target.value)} />
      </label>
    </Form>
  );
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
      {isOwn && <p className="notice warning">It is the key of this tab: this session ends with it.</p>}
    </Form>
  );
}

const COLUMNS: readonly Column<Key>[] = [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Status', cell: ({ status }) => <Badge value={status} /> },
  { title: 'Key', cell: ({ preview }) => <code>{preview}</code> },
  {
    title: 'Last used',
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="muted">never</span> : <Time at={lastUsedAt} />),
  },
  {
    title: 'Expires',
    cell: ({ expiresAt }) => (expiresAt === null ? <span className="muted">never</span> : <Time at={expiresAt} />),
  },
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
  const { data, previousData, error } = useQuery(
    KEYS,
    closed !== null
      ? skipToken
      : {
          variables: { first: PAGE_SIZE, after: parameters.get('after') },
        },
  );
  const page = (data ?? previousData)?.masterKeys;
  if (closed !== null) return <ClosedPage title={TITLE} why={closed} />;
  return (
    <Page
      title={TITLE}
      about="They read and change every account; each use is recorded under Master access."
      actions={
        <ActionDialog action="New master key" title="New master key" isPrimary>
          {(close) => <CreateForm close={close} />}
        </ActionDialog>
      }
    >
      <DataTable
        label={TITLE}
        columns={COLUMNS}
        rows={page?.nodes}
        keyOf={({ id }) => id}
        error={error}
        pageInfo={page?.pageInfo}
        empty={<Empty title="There is no master key." />}
      />
    </Page>
  );
}
