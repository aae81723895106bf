/** Creates and changes rows of a resource. */
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useParams } from 'react-router';
import { EditForm } from '../forms/edit-form';
import { createInput, initialValues, updateInput, type Input } from '../forms/values';
import type { Change } from '../graphql/use-change';
import { useScope } from '../session/scope';
import { mayRead, useViewer } from '../session/viewer';
import { ClosedPage, Page } from '../ui/page';
import { Empty, Failure, Loading } from '../ui/states';
import { labelOf } from './cell';
import type { Resource } from './definitions';
import { changeDocument, rowDocument } from './documents';
import { changeReason, createReason } from './permissions';
import type { InputField, Row } from './resource-type';

const KIND_ORDER = [
  'text',
  'enum',
  'long-text',
  'boolean',
  'number',
  'time',
  'id',
  'object',
  'reference',
  'json',
  'link',
];

/** The schema lists fields in alphabetical order; forms start with the name. */
const inOrder = (fields: readonly InputField[]): readonly InputField[] => {
  const rank = ({ name, kind, isRequired }: InputField): number =>
    name === 'name' ? -2 : isRequired ? -1 : name === 'metadata' ? KIND_ORDER.length : KIND_ORDER.indexOf(kind);
  return [...fields].sort((a, b) => rank(a) - rank(b));
};

interface EditorProps {
  readonly resource: Resource;
  readonly accountId: string;
  readonly row: Row | null;
  readonly readAgain?: () => void;
}

function Editor({ resource, accountId, row, readAgain }: EditorProps) {
  const { slug } = useScope();
  const fields = inOrder((row ? resource.update : resource.create) ?? []);
  const [before] = useState(() => initialValues(fields, row));
  // A row that was reloaded has another version, which is the conflict to detect.
  const [version] = useState(row?.version);
  const list = `/${slug}/${resource.plural}`;
  const save = async (change: Change, input: Input['input']) => {
    const variables = row ? { accountId, id: row.id, input, expectedVersion: version } : { accountId, input };
    const data = await change.run(changeDocument(resource, row ? 'update' : 'create'), variables);
    return data?.row ? `${list}/${data.row.id}` : null;
  };
  return (
    <EditForm
      fields={fields}
      accountId={accountId}
      before={before}
      action={row ? 'Save changes' : `Create ${resource.noun}`}
      inputOf={(values) => (row ? updateInput(fields, before, values) : createInput(fields, values))}
      save={save}
      back={row ? `${list}/${row.id}` : list}
      readAgain={readAgain}
    />
  );
}

export function ResourceNew({ resource }: { readonly resource: Resource }) {
  const viewer = useViewer();
  const { slug, accountId } = useScope();
  const { noun, title, plural } = resource;
  const why = createReason(resource, viewer, accountId);
  if (why !== null || accountId === null || resource.create === null)
    return <ClosedPage title={`New ${noun}`} why={why ?? `A ${noun} cannot be created here.`} />;
  return (
    <Page title={`New ${noun}`} parent={{ title, to: `/${slug}/${plural}` }}>
      <Editor resource={resource} accountId={accountId} row={null} />
    </Page>
  );
}

export function ResourceEdit({ resource }: { readonly resource: Resource }) {
  const viewer = useViewer();
  const { slug, accountId } = useScope();
  const { id = '' } = useParams();
  const { title, plural, noun } = resource;
  const { data, error, refetch } = useQuery(rowDocument(resource, mayRead(viewer)), {
    variables: { ...(accountId === null ? {} : { accountId }), filter: { id: { equals: id } } },
    fetchPolicy: 'network-only',
    nextFetchPolicy: 'cache-first',
  });
  /** Reloading the row starts a new form. */
  const [reading, setReading] = useState(0);
  const why = changeReason(resource, viewer);
  if (why !== null) return <ClosedPage title={`Edit ${noun}`} why={why} />;
  const row = data?.rows.nodes[0];
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  if (!row) return <Empty title={`There is no such ${noun} here.`} />;
  const readAgain = () => void refetch().then(() => setReading((count) => count + 1));
  return (
    <Page title={`Edit ${labelOf(row)}`} parent={{ title, to: `/${slug}/${plural}` }}>
      <Editor key={reading} resource={resource} accountId={row.accountId} row={row} readAgain={readAgain} />
    </Page>
  );
}
