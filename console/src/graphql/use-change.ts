/**
 * Makes a change once: if it is repeated after a lost answer, the gateway returns the first answer and changes nothing
 * again.
 */
import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useRef, useState } from 'react';
import { NO_ANSWER, problemsOf, type Problem } from './problem';

export interface Change {
  readonly isBusy: boolean;
  readonly problems: readonly Problem[];
  /** @returns null if it failed; `problems` then has the reasons. */
  run<Data, Variables extends OperationVariables>(
    mutation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data | null>;
  /** Shows problems before anything is sent. */
  refuse(problems: readonly Problem[]): void;
}

/** crypto.randomUUID exists only on secure connections. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');

export function useChange(): Change {
  const client = useApolloClient();
  const [isBusy, setBusy] = useState(false);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  /** A change that got no answer. */
  const unanswered = useRef<{ readonly change: string; readonly key: string } | null>(null);

  const run: Change['run'] = async (mutation, variables) => {
    const change = JSON.stringify([mutation.loc?.source.body, variables]);
    const key = unanswered.current?.change === change ? unanswered.current.key : newKey();
    setBusy(true);
    try {
      const { data } = await client.mutate({ mutation, variables, context: { headers: { 'idempotency-key': key } } });
      unanswered.current = null;
      setProblems([]);
      // If a query fails now, its own place shows the error; the change was made.
      await client.refetchQueries({ include: 'active' }).catch(() => undefined);
      return data ?? null;
    } catch (error) {
      const found = problemsOf(error);
      unanswered.current = found.includes(NO_ANSWER) ? { change, key } : null;
      setProblems(found);
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, problems, run, refuse: setProblems };
}
