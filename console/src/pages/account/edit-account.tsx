/** Changes the name and the metadata of an account. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { EditForm } from '../../forms/edit-form';
import { inputField, updateInput, type FieldProblem, type FormValues } from '../../forms/values';
import { graphql } from '../../generated';
import type { UpdateAccountInput } from '../../generated/graphql';
import { isRecord } from '../../resources/cell';
import { useViewer, whyNot } from '../../session/viewer';
import { ClosedPage, Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { ACCOUNT, type Account } from './account-query';
import { useAccountAddress } from './use-account-address';

const UPDATE = graphql(`
  mutation UpdateAccount($id: ID!, $input: UpdateAccountInput!, $expectedVersion: Int!) {
    updateAccount(id: $id, input: $input, expectedVersion: $expectedVersion) {
      ...AccountFields
    }
  }
`);

const FIELDS = [
  inputField('name', 'Name', 'Display name, 1 to 255 characters.', { isRequired: true }),
  inputField('metadata', 'Metadata', 'Any JSON object, at most 16 KB and 8 levels. The account can read it.', {
    kind: 'json',
  }),
];

/** The changed fields. Metadata that was cleared is an empty object. */
function changesOf(
  before: FormValues,
  values: FormValues,
): { readonly input: UpdateAccountInput; readonly problems: readonly FieldProblem[] } {
  const {
    input: { name, metadata },
    problems,
  } = updateInput(FIELDS, before, values);
  if (problems.length > 0) return { input: {}, problems };
  if (name === null) return { input: {}, problems: [{ path: ['name'], message: 'This field is required.' }] };
  if (metadata !== undefined && metadata !== null && !isRecord(metadata))
    return { input: {}, problems: [{ path: ['metadata'], message: 'This is JSON, but not a JSON object: {…}.' }] };
  return {
    input: {
      ...(typeof name === 'string' ? { name } : {}),
      ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
    },
    problems: [],
  };
}

interface EditorProps {
  readonly account: Account;
  readonly address: string;
  readonly readAgain: () => void;
}

function Editor({ account, address, readAgain }: EditorProps) {
  // The initial values of the form: an account that was reloaded has another version, which is the conflict to detect.
  const [{ id, name, metadata, version }] = useState(account);
  const [before] = useState<FormValues>({ name, metadata: JSON.stringify(metadata, null, 2) });
  return (
    <EditForm
      fields={FIELDS}
      accountId={id}
      before={before}
      action="Save changes"
      inputOf={(values) => changesOf(before, values)}
      save={async (change, input) =>
        (await change.run(UPDATE, { id, input, expectedVersion: version })) ? address : null
      }
      back={address}
      readAgain={readAgain}
    />
  );
}

export function EditAccount() {
  const closed = whyNot(useViewer(), 'master');
  const { slug, address } = useAccountAddress();
  const { data, error, refetch } = useQuery(
    ACCOUNT,
    closed !== null ? skipToken : { variables: { slug }, fetchPolicy: 'network-only', nextFetchPolicy: 'cache-first' },
  );
  /** Reloading the account starts a new form. */
  const [reading, setReading] = useState(0);
  if (closed !== null) return <ClosedPage title="Edit account" why={closed} />;
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const { account } = data;
  if (!account) return <Empty title={`There is no account ${slug}.`} />;
  const readAgain = () => void refetch().then(() => setReading((count) => count + 1));
  return (
    <Page title={`Edit ${account.name}`} parent={{ title: account.name, to: address }}>
      <Editor key={reading} account={account} address={address} readAgain={readAgain} />
    </Page>
  );
}
