/** The queries of one account. */
import { graphql } from '../../generated';
import type { AccountFieldsFragment, AccountPageQuery } from '../../generated/graphql';

graphql(`
  fragment AccountFields on Account {
    id
    slug
    name
    status
    metadata
    createdAt
    updatedAt
    version
  }
`);

/** For master keys. */
export const ACCOUNT = graphql(`
  query AccountPage($slug: String!) {
    account(slug: $slug) {
      ...AccountFields
      counts {
        resourceType
        live
      }
    }
  }
`);

/** The account of an account key. */
export const OWN_ACCOUNT = graphql(`
  query OwnAccount {
    viewer {
      account {
        ...AccountFields
      }
    }
  }
`);

export type Account = AccountFieldsFragment;
export type OperatedAccount = NonNullable<AccountPageQuery['account']>;
