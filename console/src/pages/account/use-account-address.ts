/** Which account a page is of: the one of its own address, among all accounts, or the one that was chosen. */
import { useParams } from 'react-router';
import { ALL, useScope } from '../../session/scope';

interface AccountAddress {
  readonly slug: string;
  /** Of its page. */
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
