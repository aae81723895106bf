/** The session around all pages: the sign-in page without a key, otherwise the pages that the key may see. */
import { ApolloProvider, useApolloClient, useQuery } from '@apollo/client/react';
import { useEffect, useMemo } from 'react';
import { createClient } from './graphql/client';
import { onConnection } from './graphql/connection';
import { Pages } from './pages';
import { useSession } from './session/session';
import { SignIn } from './session/sign-in';
import { VIEWER, ViewerContext } from './session/viewer';
import { ConnectionNotice } from './ui/connection-notice';
import { Failure, Loading } from './ui/states';

/** Data that was read before the connection was lost may have changed. */
function useRefreshAfterLoss(): void {
  const client = useApolloClient();
  useEffect(
    () =>
      onConnection((now) => {
        if (now === 'up') void client.refetchQueries({ include: 'active' });
      }),
    [client],
  );
}

function SignedIn() {
  const { data, error } = useQuery(VIEWER);
  useRefreshAfterLoss();
  if (data)
    return (
      <ViewerContext value={data.viewer}>
        <Pages />
      </ViewerContext>
    );
  return (
    <main className="sign-in">
      <ConnectionNotice />
      {error ? <Failure error={error} /> : <Loading label="Signing in" />}
    </main>
  );
}

export function App() {
  const { key } = useSession();
  const client = useMemo(() => (key === null ? null : createClient(key)), [key]);
  if (client === null) return <SignIn />;
  return (
    <ApolloProvider client={client}>
      <SignedIn key={key} />
    </ApolloProvider>
  );
}
