/** Records that a run was cancelled. */
import { Form } from '../forms/form';
import { graphql } from '../generated';
import { useChange } from '../graphql/use-change';
import type { Row } from '../resources/resource-type';
import { useViewer, whyNot } from '../session/viewer';
import { ActionDialog } from '../ui/dialog';
import { NotOffered } from '../ui/states';

const CANCEL = graphql(`
  mutation CancelRun($accountId: ID, $id: ID!) {
    cancelRun(accountId: $accountId, id: $id) {
      id
      status
    }
  }
`);

function CancelForm({ row, close }: { readonly row: Row; readonly close: () => void }) {
  const change = useChange();
  const submit = async () => {
    if (await change.run(CANCEL, { accountId: row.accountId, id: row.id })) close();
  };
  return (
    <Form change={change} action="Cancel run" isDangerous onSubmit={() => void submit()} onCancel={close}>
      <p>The run is recorded as cancelled. This cannot be undone.</p>
    </Form>
  );
}

export function CancelRun({ row }: { readonly row: Row }) {
  const why = whyNot(useViewer(), 'runs:run');
  if (row['status'] !== 'STARTED') return null;
  if (why !== null) return <NotOffered why={why} />;
  return (
    <ActionDialog action="Cancel run" title="Cancel this run?" isDangerous>
      {(close) => <CancelForm row={row} close={close} />}
    </ActionDialog>
  );
}
