/** The account that the address names, and whether the key can see it. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useParams } from 'react-router';
import { graphql } from '../generated';
import { useViewer } from './viewer';

/** In an address: all accounts, for a master key. */
export const ALL = 'all';

export interface AccountScope {
  /** As used in addresses. */
  readonly slug: string;
  /** Null for all accounts. */
  readonly accountId: string | null;
  readonly name: string;
}

const ACCOUNT = graphql(`
  query AccountOfAddress($slug: String!) {
    account(slug: $slug) {
      id
      slug
      name
      status
    }
  }
`);

export type ScopeState =
  | { readonly state: 'ready'; readonly scope: AccountScope }
  | { readonly state: 'loading' }
  | { readonly state: 'refused'; readonly why: string }
  | { readonly state: 'failed'; readonly error: unknown };

const allAccounts: AccountScope = { slug: ALL, accountId: null, name: 'All accounts' };

/** The scope of the current page. */
export function useScopeState(): ScopeState {
  const { scope: slug = ALL } = useParams();
  const { kind, account } = useViewer();
  const isMaster = kind === 'MASTER';
  const { data, error } = useQuery(
    ACCOUNT,
    !isMaster || slug === ALL ? skipToken : { variables: { slug }, fetchPolicy: 'cache-first' },
  );
  if (!isMaster) {
    if (account && slug === account.slug)
      return { state: 'ready', scope: { slug, accountId: account.id, name: account.name } };
    const asked = slug === ALL ? 'all accounts, which needs a master key' : `the account ${slug}`;
    return {
      state: 'refused',
      why: `This address is for ${asked}; the key of this tab belongs to ${account?.slug ?? 'another account'}. Sign in here with another key, or continue as ${account?.slug ?? 'you are'}.`,
    };
  }
  if (slug === ALL) return { state: 'ready', scope: allAccounts };
  if (data?.account) return { state: 'ready', scope: { slug, accountId: data.account.id, name: data.account.name } };
  if (data) return { state: 'refused', why: `There is no account ${slug}. Choose one above.` };
  return error ? { state: 'failed', error } : { state: 'loading' };
}

/** @throws Error outside a page with a scope. */
export function useScope(): AccountScope {
  const state = useScopeState();
  if (state.state !== 'ready') throw new Error('The scope is decided before a page is shown.');
  return state.scope;
}
