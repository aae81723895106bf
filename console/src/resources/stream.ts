/** Reloads a query when runs of an account start and end, which the gateway streams as server-sent events. */
import type { DocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { useEffect, useState } from 'react';
import { headersFor } from '../graphql/client';
import { GATEWAY } from '../graphql/gateway';
import { currentSession } from '../session/session';

const RUNS = 'subscription LiveRuns($accountId: ID) { runs(accountId: $accountId) { sequence } }';
const RECONNECT_MS = 5_000;
/** Many runs that start together cause one reload. */
const COLLECT_MS = 250;

interface Listener {
  readonly opened: () => void;
  readonly changed: () => void;
}

/** Ends with the stream. @throws Error if the connection is lost or aborted. */
async function follow(accountId: string, signal: AbortSignal, { opened, changed }: Listener): Promise<void> {
  const { key, reason } = currentSession();
  const { body, ok } = await fetch(`${GATEWAY}/graphql`, {
    method: 'POST',
    headers: { ...headersFor(key ?? '', reason), 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: RUNS, variables: { accountId } }),
    signal,
  });
  if (!ok || !body) return;
  opened();
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
  for (let part = await events.read(); !part.done; part = await events.read()) {
    if (part.value.event === 'complete') return;
    if (part.value.event === 'next') changed();
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/**
 * @param accountId null if there is nothing to follow: a stream belongs to one account.
 * @returns whether the stream is open; while it is not, the page has to poll.
 */
export function useStream(accountId: string | null, document: DocumentNode): boolean {
  const client = useApolloClient();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (accountId === null) return;
    const end = new AbortController();
    let reading: ReturnType<typeof setTimeout> | undefined;
    const changed = (): void => {
      reading ??= setTimeout(() => {
        reading = undefined;
        // The query itself shows its errors.
        void client.refetchQueries({ include: [document] }).catch(() => undefined);
      }, COLLECT_MS);
    };
    const opened = (): void => {
      setOpen(true);
      // For changes that happened before it was open.
      changed();
    };
    const closed = (): void => {
      // The next stream reports when it is open.
      if (!end.signal.aborted) setOpen(false);
    };
    const keepFollowing = async (): Promise<void> => {
      while (!end.signal.aborted) {
        await follow(accountId, end.signal, { opened, changed }).catch(() => undefined);
        closed();
        await pause(RECONNECT_MS, end.signal);
      }
    };
    void keepFollowing();
    return () => {
      end.abort();
      clearTimeout(reading);
      setOpen(false);
    };
  }, [accountId, client, document]);
  return isOpen;
}
