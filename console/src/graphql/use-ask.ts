/** Sends a query when the user requests it, not before. */
import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { problemsOf, type Problem } from './problem';

export function useAsk() {
  const client = useApolloClient();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  /** @returns null if it failed; `problems` then has the reasons. */
  async function ask<Data, Variables extends OperationVariables>(
    query: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data | null> {
    try {
      const { data } = await client.query({ query, variables, fetchPolicy: 'network-only' });
      setProblems([]);
      return data ?? null;
    } catch (error) {
      setProblems(problemsOf(error));
      return null;
    }
  }
  return { ask, problems };
}
