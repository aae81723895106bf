/** The page of an account: operators change it, from active to closed and back; its own keys only read it. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import { ClosedPage, Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { AccountLife, Counts } from './account-life';
import { ACCOUNT, OWN_ACCOUNT } from './account-query';
import { AccountViews } from './account-views';
import { useAccountAddress } from './use-account-address';

export function AccountPage() {
  const closed = whyNot(useViewer(), 'master');
  const { slug, address, parent } = useAccountAddress();
  const { data, error } = useQuery(ACCOUNT, closed !== null ? skipToken : { variables: { slug } });
  if (closed !== null) return <ClosedPage title="Account" why={closed} />;
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const { account } = data;
  if (!account)
    return (
      <Page title="No such account" parent={parent}>
        <Empty title={`There is no account ${slug}.`} />
      </Page>
    );
  return (
    <Page
      title={account.name}
      parent={parent}
      actions={
        <>
          <AccountLife account={account} />
          <Link className="button" to={`${address}/edit`}>
            Edit
          </Link>
          <Link className="button primary" to={`/${account.slug}/agents`}>
            Open
          </Link>
        </>
      }
    >
      <AccountViews account={account}>
        <h2>Rows</h2>
        <Counts account={account} />
      </AccountViews>
    </Page>
  );
}

function OwnAccount() {
  const { data, error } = useQuery(OWN_ACCOUNT);
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const { account } = data.viewer;
  if (!account) return <Empty title="This key belongs to no account." />;
  return (
    <Page
      title={account.name}
      why="Read-only. Only platform operators, with a master key, can change an account and its metadata."
    >
      <AccountViews account={account} />
    </Page>
  );
}

/** The account of the current scope. */
export function AccountOfScope() {
  const { kind } = useViewer();
  const { accountId } = useScope();
  if (kind !== 'MASTER') return <OwnAccount />;
  if (accountId !== null) return <AccountPage />;
  return (
    <Page title="Account">
      <Empty title="Choose an account above, or open one from the list of accounts." />
    </Page>
  );
}
