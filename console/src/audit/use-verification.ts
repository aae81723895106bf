/**
 * Makes the gateway verify a chain part by part, because one request verifies only as many events as an operation may
 * cost.
 */
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { graphql } from '../generated';
import type { VerifyAuditQuery } from '../generated/graphql';
import { problemsOf, type Problem } from '../graphql/problem';
import type { Checkpoint } from './checkpoint-file';

const VERIFY = graphql(`
  query VerifyAudit($accountId: ID, $after: Int!, $checkpoint: AuditCheckpointInput) {
    verifyAudit(accountId: $accountId, after: $after, checkpoint: $checkpoint) {
      checked
      complete
      fault
      faultSequence
      intact
      lastSequence
      message
    }
  }
`);

export interface Verification {
  readonly isRunning: boolean;
  /** The number of events found intact so far. */
  readonly checked: number;
  /** The last answer; null before the first one. */
  readonly part: VerifyAuditQuery['verifyAudit'] | null;
  readonly problems: readonly Problem[];
}

const START: Verification = { isRunning: false, checked: 0, part: null, problems: [] };

export function useVerification(accountId: string) {
  const client = useApolloClient();
  const [state, setState] = useState(START);
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);

  const follow = async (checkpoint: Checkpoint | null, from: Verification): Promise<void> => {
    let now: Verification = { ...from, isRunning: true, problems: [] };
    try {
      while (now.isRunning && !isGone.current) {
        setState(now);
        const variables = { accountId, after: now.part?.lastSequence ?? 0, checkpoint };
        const { data } = await client.query({ query: VERIFY, variables, fetchPolicy: 'no-cache' });
        const part = data?.verifyAudit;
        now = part
          ? { ...now, part, checked: now.checked + part.checked, isRunning: part.intact && !part.complete }
          : { ...now, isRunning: false };
      }
    } catch (error) {
      now = { ...now, isRunning: false, problems: problemsOf(error) };
    }
    setState(now);
  };

  return {
    ...state,
    start: (checkpoint: Checkpoint | null) => follow(checkpoint, START),
    /** Continues after a part that got no answer. */
    resume: (checkpoint: Checkpoint | null) => follow(checkpoint, state),
  };
}
