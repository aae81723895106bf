/** Records that a run of an agent has started. */
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { Field } from '../forms/field';
import { Form } from '../forms/form';
import { createInput, inputField } from '../forms/values';
import { graphql } from '../generated';
import { useChange } from '../graphql/use-change';
import type { Row } from '../resources/resource-type';
import { useScope } from '../session/scope';
import { useViewer, whyNot } from '../session/viewer';
import { ActionDialog } from '../ui/dialog';

const START = graphql(`
  mutation StartRun($accountId: ID, $agentId: ID!, $input: JSONObject) {
    startRun(accountId: $accountId, agentId: $agentId, input: $input) {
      id
      accountId
    }
  }
`);

const INPUT = inputField('input', 'Input', 'The input of the agent. At most 64 KB and 16 levels.', { kind: 'json' });

function StartForm({ row, close }: { readonly row: Row; readonly close: () => void }) {
  const change = useChange();
  const navigate = useNavigate();
  const { slug } = useScope();
  const [text, setText] = useState('');
  const { input: parsed, problems } = createInput([INPUT], { input: text });
  const submit = async () => {
    if (problems.length > 0) return;
    const { accountId, id: agentId } = row;
    const data = await change.run(START, { accountId, agentId, ...parsed });
    if (!data) return;
    close();
    await navigate(`/${slug}/runs/${data.startRun.id}`);
  };
  return (
    <Form change={change} action="Start run" onSubmit={() => void submit()} onCancel={close}>
      <p className="muted">The run is recorded here; the runtime that executes agents reports how it ends.</p>
      <Field
        field={INPUT}
        value={text}
        accountId={row.accountId}
        problems={problems}
        onChange={(value) => setText(typeof value === 'string' ? value : '')}
      />
    </Form>
  );
}

export function StartRun({ row }: { readonly row: Row }) {
  const viewer = useViewer();
  if (whyNot(viewer, 'runs:run') !== null || typeof row.deletedAt === 'string') return null;
  return (
    <ActionDialog action="Start run" title="Start a run">
      {(close) => <StartForm row={row} close={close} />}
    </ActionDialog>
  );
}
