/** The account of a row by its short name, for every row that a master key sees across accounts. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { graphql } from '../generated';
import { useScope } from './scope';
import { useViewer } from './viewer';

const NAMES = graphql(`
  query AccountNames($ids: [ID!]!) {
    accounts(first: 100, filter: { id: { in: $ids } }, deleted: INCLUDE) {
      nodes {
        id
        slug
        status
      }
    }
  }
`);

/** Slugs by id; empty for the key of an account, whose rows all belong to one account. */
export function useAccountNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const { kind } = useViewer();
  const distinct = [...new Set(ids)].sort();
  const { data, previousData } = useQuery(
    NAMES,
    kind !== 'MASTER' || distinct.length === 0
      ? skipToken
      : {
          variables: { ids: distinct },
          fetchPolicy: 'cache-first',
        },
  );
  return new Map((data ?? previousData)?.accounts.nodes.map(({ id, slug }) => [id, slug]));
}

export interface OwnedRow {
  readonly accountId?: string;
}

/** The column in tables across accounts; not shown for one account. */
export function useAccountColumn<Row extends OwnedRow>(
  rows: readonly Row[] | undefined,
): readonly { readonly title: string; readonly cell: (row: Row) => React.ReactNode }[] {
  const { accountId } = useScope();
  const names = useAccountNames(accountId === null ? (rows ?? []).flatMap((row) => row.accountId ?? []) : []);
  if (accountId !== null) return [];
  return [
    {
      title: 'Account',
      cell: ({ accountId: id = '' }) => {
        const slug = names.get(id);
        return slug === undefined ? (
          <code>{id.slice(0, 8)}…</code>
        ) : (
          <Link className="account-tag" to={`/${slug}/agents`}>
            {slug}
          </Link>
        );
      },
    },
  ];
}
