/** The account of a page: from its own address in the list of all accounts, or the selected one. */
import { useParams } from 'react-router';
import { ALL, useScope } from '../../session/scope';

interface AccountAddress {
  readonly slug: string;
  /** The address of the account's page. */
  readonly address: string;
  readonly parent: { readonly title: string; readonly to: string };
}

export function useAccountAddress(): AccountAddress {
  const scope = useScope();
  const { slug } = useParams();
  const parent = { title: 'Accounts', to: `/${ALL}/accounts` };
  return slug === undefined
    ? { slug: scope.slug, address: `/${scope.slug}/account`, parent }
    : { slug, address: `/${ALL}/accounts/${slug}`, parent };
}
