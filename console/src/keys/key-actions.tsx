/** Rotates and revokes a key; both show when it was last used, so that nobody ends a key in use by mistake. */
import { useState } from 'react';
import { Form } from '../forms/form';
import { graphql } from '../generated';
import { useChange } from '../graphql/use-change';
import type { Row } from '../resources/resource-type';
import { useViewer, whyNot } from '../session/viewer';
import { ActionDialog } from '../ui/dialog';
import { Time } from '../ui/time';
import { NewSecret } from './new-secret';

const ROTATE = graphql(`
  mutation RotateApiKey($accountId: ID, $id: ID!, $graceSeconds: Int!) {
    rotateApiKey(accountId: $accountId, id: $id, graceSeconds: $graceSeconds) {
      apiKey {
        id
        accountId
      }
      secret
    }
  }
`);

const REVOKE = graphql(`
  mutation RevokeApiKey($accountId: ID, $id: ID!) {
    revokeApiKey(accountId: $accountId, id: $id) {
      id
      status
    }
  }
`);

interface KeyFormProps {
  readonly row: Row;
  readonly close: () => void;
}

function LastUse({ row }: { readonly row: Row }) {
  const { lastUsedAt } = row;
  const isOwn = useViewer().key.id === row.id;
  return (
    <>
      <p>
        <strong>{String(row['name'])}</strong>{' '}
        {typeof lastUsedAt === 'string' ? (
          <>
            was last used <Time at={lastUsedAt} />.
          </>
        ) : (
          'was never used.'
        )}
      </p>
      {isOwn && <p className="notice warning">This is the key of this tab: your session ends with it.</p>}
    </>
  );
}

const GRACES = [
  [0, 'at once'],
  [3_600, 'in an hour'],
  [86_400, 'in a day'],
  [604_800, 'in 7 days'],
] as const;

function RotateForm({ row, close }: KeyFormProps) {
  const change = useChange();
  const [graceSeconds, setGrace] = useState<number>(GRACES[2][0]);
  const [secret, setSecret] = useState<string | null>(null);
  const submit = async () => {
    const data = await change.run(ROTATE, { accountId: row.accountId, id: row.id, graceSeconds });
    if (data) setSecret(data.rotateApiKey.secret);
  };
  if (secret !== null) return <NewSecret secret={secret} close={close} />;
  return (
    <Form change={change} action="Rotate key" onSubmit={() => void submit()} onCancel={close}>
      <LastUse row={row} />
      <p>A new key with the same name and rights replaces it.</p>
      <label className="field">
        <span className="label">The old key ends</span>
        <select value={graceSeconds} onChange={(event) => setGrace(Number(event.target.value))}>
          {GRACES.map(([seconds, text]) => (
            <option key={seconds} value={seconds}>
              {text}
            </option>
          ))}
        </select>
      </label>
    </Form>
  );
}

function RevokeForm({ row, close }: KeyFormProps) {
  const change = useChange();
  const submit = async () => {
    if (await change.run(REVOKE, { accountId: row.accountId, id: row.id })) close();
  };
  return (
    <Form change={change} action="Revoke permanently" isDangerous onSubmit={() => void submit()} onCancel={close}>
      <LastUse row={row} />
      <p>It is refused everywhere within a second, with the keys that were delegated from it. This cannot be undone.</p>
    </Form>
  );
}

export function KeyActions({ row }: { readonly row: Row }) {
  const why = whyNot(useViewer(), 'apiKeys:admin');
  if (why !== null || row['status'] !== 'ACTIVE') return null;
  return (
    <>
      <ActionDialog action="Rotate" title="Rotate this key">
        {(close) => <RotateForm row={row} close={close} />}
      </ActionDialog>
      <ActionDialog action="Revoke" title="Revoke this key?" isDangerous>
        {(close) => <RevokeForm row={row} close={close} />}
      </ActionDialog>
    </>
  );
}
