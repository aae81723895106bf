/** Delivers the events of a webhook again, starting from a chosen one. */
import { useState } from 'react';
import { Field } from '../forms/field';
import { Form } from '../forms/form';
import { inputField } from '../forms/values';
import { graphql } from '../generated';
import { useChange } from '../graphql/use-change';
import { ActionDialog } from '../ui/dialog';

const REPLAY = graphql(`
  mutation ReplayWebhook($accountId: ID, $id: ID!, $fromSequence: Int!) {
    replayWebhook(accountId: $accountId, id: $id, fromSequence: $fromSequence) {
      id
      position
      replayFrom
    }
  }
`);

const FIRST = inputField('fromSequence', 'First event', 'Its number in the audit log; 1 is the first one.', {
  kind: 'number',
  isRequired: true,
});

interface ReplayProps {
  readonly webhook: { readonly id: string; readonly accountId: string };
  /** The number of the first event. */
  readonly from?: number;
}

function ReplayForm({ webhook, from, close }: ReplayProps & { readonly close: () => void }) {
  const change = useChange();
  const [text, setText] = useState(from === undefined ? '' : `${from}`);
  const fromSequence = /^[1-9]\d{0,8}$/.test(text.trim()) ? Number(text) : null;
  const [isTried, setTried] = useState(false);
  const submit = async () => {
    setTried(true);
    if (fromSequence !== null && (await change.run(REPLAY, { ...webhook, fromSequence }))) close();
  };
  const problem = { path: [FIRST.name], message: 'A whole number from 1 on.' };
  return (
    <Form change={change} action="Deliver again" onSubmit={() => void submit()} onCancel={close}>
      <p>
        Every event from this one on is delivered again, in order, before new ones. Receivers recognise repeated events
        by their id.
      </p>
      <Field
        field={FIRST}
        value={text}
        accountId={webhook.accountId}
        problems={isTried && fromSequence === null ? [problem] : []}
        onChange={(value) => setText(typeof value === 'string' ? value : '')}
      />
    </Form>
  );
}

export function Replay({ webhook: { id, accountId }, from }: ReplayProps) {
  const action = from === undefined ? 'Replay' : `Replay from ${from}`;
  return (
    <ActionDialog action={action} title="Deliver events again">
      {(close) => <ReplayForm webhook={{ id, accountId }} close={close} {...(from === undefined ? {} : { from })} />}
    </ActionDialog>
  );
}
