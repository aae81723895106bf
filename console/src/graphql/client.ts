/** Apollo Client with the key of this tab: the headers of every request, and the effect of errors on the whole page. */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { tap } from 'rxjs';
import { currentSession, signOut } from '../session/session';
import { connectionFailed, connectionWorks, schemaDiffers } from './connection';
import { GATEWAY } from './gateway';
import { problemsOf } from './problem';

const SESSION_ENDS = new Set(['UNAUTHENTICATED', 'ACCOUNT_SUSPENDED']);

/** Header values are bytes: RFC 8187 carries any text. */
const asHeader = (text: string): string => (/^[\x20-\x7e]*$/.test(text) ? text : `UTF-8''${encodeURIComponent(text)}`);

export function headersFor(key: string, reason: string): Record<string, string> {
  return { 'x-api-key': key, ...(reason === '' ? {} : { 'x-reason': asHeader(reason) }) };
}

/** @param key the key of all its requests: another session has another client, with a separate cache. */
export function createClient(key: string): ApolloClient {
  const credentials = new SetContextLink(({ headers }) => ({
    headers: { ...(headers as Record<string, string> | undefined), ...headersFor(key, currentSession().reason) },
  }));
  const failures = new ErrorLink(({ error }) => {
    if (!CombinedGraphQLErrors.is(error) && !ServerError.is(error)) {
      if (error.name !== 'AbortError') void connectionFailed();
      return;
    }
    const problems = problemsOf(error);
    const end = problems.find(({ code }) => SESSION_ENDS.has(code));
    if (end && currentSession().key === key) signOut(end.message);
    // The console's documents match the schema that it was built for, so the gateway must have another one.
    if (problems.some(({ code }) => code === 'GRAPHQL_VALIDATION_FAILED')) schemaDiffers();
  });
  const answers = new ApolloLink((operation, forward) => forward(operation).pipe(tap(() => connectionWorks())));
  return new ApolloClient({
    link: ApolloLink.from([failures, credentials, answers, new HttpLink({ uri: `${GATEWAY}/graphql` })]),
    // Several pages read different parts of the viewer, which has no id.
    cache: new InMemoryCache({ typePolicies: { Viewer: { merge: true } } }),
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network' } },
  });
}
