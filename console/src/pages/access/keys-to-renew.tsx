/** Keys that expire soon, and keys that are no longer used. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { graphql } from '../../generated';
import type { KeyToRenewFragment as Key } from '../../generated/graphql';
import { withParameters } from '../../resources/address';
import { useAccountColumn } from '../../session/account-names';
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import { DataTable, type Column } from '../../ui/data-table';
import { ClosedPage, Page } from '../../ui/page';
import { Empty, Failure } from '../../ui/states';
import { TimeOr } from '../../ui/time';

graphql(`
  fragment KeyToRenew on ApiKey {
    id
    accountId
    name
    role
    expiresAt
    revokedAt
    lastUsedAt
  }
`);

const KEYS = graphql(`
  query KeysToRenew($accountId: ID, $ending: Int!, $unused: Int!) {
    expiringApiKeys(accountId: $accountId, days: $ending) {
      ...KeyToRenew
    }
    staleApiKeys(accountId: $accountId, days: $unused) {
      ...KeyToRenew
    }
  }
`);

const TITLE = 'Keys to renew';
const CHOICES = [7, 14, 30, 90, 365] as const;

/** A number of days from the address. */
function useDays(name: string, usual: (typeof CHOICES)[number]) {
  const [parameters, setParameters] = useSearchParams();
  const days = CHOICES.find((choice) => `${choice}` === parameters.get(name)) ?? usual;
  return { days, setDays: (text: string) => setParameters((now) => withParameters(now, { [name]: text })) };
}

interface DaysProps extends ReturnType<typeof useDays> {
  readonly label: string;
}

const Days = ({ label, days, setDays }: DaysProps) => (
  <label className="filter">
    <span className="label">{label}</span>
    <select value={days} onChange={(event) => setDays(event.target.value)}>
      {CHOICES.map((choice) => (
        <option key={choice} value={choice}>
          {choice} days
        </option>
      ))}
    </select>
  </label>
);

/** The earlier of expiry and the end of a rotation. */
const endOf = ({ expiresAt, revokedAt }: Key): string | null =>
  [expiresAt, revokedAt].filter((time) => typeof time === 'string').sort()[0] ?? null;

function KeyTable({ label, rows, empty }: { label: string; rows: readonly Key[] | undefined; empty: string }) {
  const { slug } = useScope();
  const accountColumn = useAccountColumn<Key>(rows);
  const columns: readonly Column<Key>[] = [
    { title: 'Name', cell: ({ id, name }) => <Link to={`/${slug}/apiKeys/${id}`}>{name}</Link> },
    ...accountColumn,
    { title: 'Role', cell: ({ role }) => role },
    { title: 'Ends', cell: (key) => <TimeOr at={endOf(key)} otherwise="never" /> },
    { title: 'Last used', cell: ({ lastUsedAt }) => <TimeOr at={lastUsedAt} otherwise="never" /> },
  ];
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={rows}
      keyOf={({ accountId, id }) => `${accountId} ${id}`}
      empty={<Empty title={empty} />}
    />
  );
}

export function KeysToRenew() {
  const { accountId } = useScope();
  const closed = whyNot(useViewer(), 'apiKeys:read');
  const ending = useDays('ending', 14);
  const unused = useDays('unused', 90);
  const { data, previousData, error } = useQuery(
    KEYS,
    closed !== null ? skipToken : { variables: { accountId, ending: ending.days, unused: unused.days } },
  );
  if (closed !== null) return <ClosedPage title={TITLE} why={closed} />;
  const keys = data ?? previousData;
  return (
    <Page
      title={TITLE}
      about="Rotate a key before it ends; revoke one that nobody uses. At most 100 of each are shown."
    >
      <h2>Ending soon</h2>
      <Days label="Within" {...ending} />
      {error && !keys ? (
        <Failure error={error} />
      ) : (
        <KeyTable label="Keys that end soon" rows={keys?.expiringApiKeys} empty="No key ends in this period." />
      )}
      <h2>Not used</h2>
      <Days label="For" {...unused} />
      <KeyTable label="Keys that are not used" rows={keys?.staleApiKeys} empty="Every key was used in this period." />
    </Page>
  );
}
