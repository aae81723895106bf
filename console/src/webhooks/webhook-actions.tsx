/** The actions of a webhook: see its deliveries, send a test, replay, replace its secret. */
import { useState } from 'react';
import { Link } from 'react-router';
import { Form } from '../forms/form';
import { graphql } from '../generated';
import type { TestWebhookMutation } from '../generated/graphql';
import { useChange } from '../graphql/use-change';
import { NewSecret } from '../keys/new-secret';
import type { Row } from '../resources/resource-type';
import { useScope } from '../session/scope';
import { useViewer, whyNot } from '../session/viewer';
import { Badge } from '../ui/badge';
import { ActionDialog } from '../ui/dialog';
import { Replay } from './replay';

const TEST = graphql(`
  mutation TestWebhook($accountId: ID, $id: ID!) {
    testWebhook(accountId: $accountId, id: $id) {
      id
      status
      responseStatus
      durationMs
      problem
    }
  }
`);

const ROTATE = graphql(`
  mutation RotateWebhookSecret($accountId: ID, $id: ID!) {
    rotateWebhookSecret(accountId: $accountId, id: $id) {
      webhook {
        id
        accountId
      }
      secret
    }
  }
`);

interface FormProps {
  readonly row: Row;
  readonly close: () => void;
}

function TestForm({ row, close }: FormProps) {
  const change = useChange();
  const [result, setResult] = useState<TestWebhookMutation['testWebhook'] | null>(null);
  const submit = async () => {
    const data = await change.run(TEST, { accountId: row.accountId, id: row.id });
    setResult(data?.testWebhook ?? null);
  };
  return (
    <Form change={change} action="Send a test" onSubmit={() => void submit()} onCancel={close}>
      <p>One event that is marked as a test is sent immediately, without retries.</p>
      <p role="status">
        {result && (
          <>
            <Badge value={result.status} /> {result.problem ?? `HTTP ${result.responseStatus ?? ''}`}, after{' '}
            {result.durationMs} ms
          </>
        )}
      </p>
    </Form>
  );
}

function RotateForm({ row, close }: FormProps) {
  const change = useChange();
  const [secret, setSecret] = useState<string | null>(null);
  const submit = async () => {
    const data = await change.run(ROTATE, { accountId: row.accountId, id: row.id });
    if (data) setSecret(data.rotateWebhookSecret.secret);
  };
  if (secret !== null) return <NewSecret secret={secret} what="secret" close={close} />;
  return (
    <Form change={change} action="Replace the secret" onSubmit={() => void submit()} onCancel={close}>
      <p>For a day, deliveries are also signed with the old secret, so that the receiver can switch.</p>
    </Form>
  );
}

export function WebhookActions({ row }: { readonly row: Row }) {
  const { slug } = useScope();
  const why = whyNot(useViewer(), 'webhooks:admin');
  return (
    <>
      <Link className="button" to={`/${slug}/webhook-deliveries?webhookId=${row.id}`}>
        Deliveries
      </Link>
      {why === null && typeof row.deletedAt !== 'string' && (
        <>
          <ActionDialog action="Send a test" title="Send a test">
            {(close) => <TestForm row={row} close={close} />}
          </ActionDialog>
          <Replay webhook={row} />
          <ActionDialog action="New secret" title="Replace the secret">
            {(close) => <RotateForm row={row} close={close} />}
          </ActionDialog>
        </>
      )}
    </>
  );
}
