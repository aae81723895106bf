/** Undoes an import in one step, after showing what that does. */
import { useQuery } from '@apollo/client/react';
import { Form } from '../../forms/form';
import { useChange } from '../../graphql/use-change';
import { ActionDialog } from '../../ui/dialog';
import { Failure, Loading } from '../../ui/states';
import { Changes } from './changes';
import { UNDO, UNDO_PLAN } from './documents';

interface UndoProps {
  readonly accountId: string;
  readonly importId: string;
  readonly onUndone: () => void;
}

function UndoForm({ accountId, importId, onUndone, close }: UndoProps & { readonly close: () => void }) {
  const change = useChange();
  const { data, error } = useQuery(UNDO_PLAN, { variables: { accountId, importId }, fetchPolicy: 'network-only' });
  const submit = async () => {
    if (!(await change.run(UNDO, { accountId, importId }))) return;
    close();
    onUndone();
  };
  return (
    <Form change={change} action="Undo the import" isDangerous onSubmit={() => void submit()} onCancel={close}>
      {data ? <Changes changes={data.undoPlan.changes} /> : error ? <Failure error={error} /> : <Loading />}
    </Form>
  );
}

export function Undo(props: UndoProps) {
  return (
    <div className="notice good" role="status">
      <p>The import was applied, all of it.</p>
      <ActionDialog action="Undo" title="Undo this import?">
        {(close) => <UndoForm {...props} close={close} />}
      </ActionDialog>
    </div>
  );
}
