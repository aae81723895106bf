/** The account that the pages are of: an account key reads its own, a master key changes it too. */
import { useQuery } from '@apollo/client/react';
import { useScope } from '../../session/scope';
import { useViewer } from '../../session/viewer';
import { Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { AccountPage } from './account';
import { OWN_ACCOUNT } from './account-query';
import { AccountViews } from './account-views';

function OwnAccount() {
  const { data, error } = useQuery(OWN_ACCOUNT);
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const { account } = data.viewer;
  if (!account) return <Empty title="This key belongs to no account." />;
  return (
    <Page
      title={account.name}
      why="Read only. Operators of the platform change an account and its metadata, with a master key."
    >
      <AccountViews account={account} />
    </Page>
  );
}

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
