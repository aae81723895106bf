/** One account, for operators: what is in it, its metadata, its life from active to closed and back. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { useViewer, whyNot } from '../../session/viewer';
import { ClosedPage, Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { AccountLife, Counts } from './account-life';
import { ACCOUNT } from './account-query';
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
