/** Deletes and restores a row; if other rows refer to it, the refusal lists them. */
import { Link, useNavigate } from 'react-router';
import { useState } from 'react';
import { Form } from '../forms/form';
import { useChange } from '../graphql/use-change';
import type { Problem } from '../graphql/problem';
import { useScope } from '../session/scope';
import { ActionDialog } from '../ui/dialog';
import { isRecord, labelOf } from './cell';
import { resourceOfType, type Resource } from './definitions';
import { changeDocument } from './documents';
import type { Row } from './resource-type';

interface RowActionProps {
  readonly resource: Resource;
  readonly row: Row;
}

/** `extensions.references` of IN_USE: the rows that refer to it. */
function References({ problem }: { readonly problem: Problem }) {
  const { slug } = useScope();
  const { references } = problem.extensions;
  if (!Array.isArray(references)) return null;
  return (
    <ul>
      {references.filter(isRecord).map((reference) => {
        const { id, name, resourceType, type } = reference;
        const resource = resourceOfType(typeof resourceType === 'string' ? resourceType : String(type));
        const label = typeof name === 'string' ? name : String(id);
        return (
          <li key={String(id)}>
            {resource ? <Link to={`/${slug}/${resource.plural}/${String(id)}`}>{label}</Link> : label}{' '}
            <span className="muted">{resource?.noun}</span>
          </li>
        );
      })}
    </ul>
  );
}

function DeleteForm({ resource, row, close }: RowActionProps & { readonly close: () => void }) {
  const change = useChange();
  const navigate = useNavigate();
  const { slug } = useScope();
  const [isForced, setForced] = useState(false);
  const inUse = change.problems.find(({ code }) => code === 'IN_USE');
  const submit = async () => {
    const variables = { accountId: row.accountId, id: row.id, force: isForced };
    if (!(await change.run(changeDocument(resource, 'delete'), variables))) return;
    close();
    await navigate(`/${slug}/${resource.plural}`);
  };
  return (
    <Form
      change={change}
      action={`Delete ${resource.noun}`}
      isDangerous
      onSubmit={() => void submit()}
      onCancel={close}
      cure={inUse && <References problem={inUse} />}
    >
      <p>
        <strong>{labelOf(row)}</strong> is hidden everywhere, with what depends on it; its name becomes free. It can be
        restored: filter the list by deleted rows.
      </p>
      {(inUse !== undefined || isForced) && (
        <label className="check">
          <input type="checkbox" checked={isForced} onChange={(event) => setForced(event.target.checked)} /> Delete it
          although other rows refer to it
        </label>
      )}
    </Form>
  );
}

function RestoreForm({ resource, row, close }: RowActionProps & { readonly close: () => void }) {
  const change = useChange();
  const submit = async () => {
    if (await change.run(changeDocument(resource, 'restore'), { accountId: row.accountId, id: row.id })) close();
  };
  return (
    <Form change={change} action={`Restore ${resource.noun}`} onSubmit={() => void submit()} onCancel={close}>
      <p>
        <strong>{labelOf(row)}</strong> is restored with exactly the rows that were deleted together with it.
      </p>
    </Form>
  );
}

export function RowActions({ resource, row }: RowActionProps) {
  const { slug } = useScope();
  const { plural, noun, update, isDeletable, isRestorable } = resource;
  if (typeof row.deletedAt === 'string')
    return isRestorable ? (
      <ActionDialog action="Restore" title={`Restore this ${noun}?`} isPrimary>
        {(close) => <RestoreForm resource={resource} row={row} close={close} />}
      </ActionDialog>
    ) : null;
  return (
    <>
      {isDeletable && (
        <ActionDialog action="Delete" title={`Delete this ${noun}?`} isDangerous>
          {(close) => <DeleteForm resource={resource} row={row} close={close} />}
        </ActionDialog>
      )}
      {update && (
        <Link className="button primary" to={`/${slug}/${plural}/${row.id}/edit`}>
          Edit
        </Link>
      )}
    </>
  );
}
