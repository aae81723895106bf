/** Whether the gateway can be reached and has the schema that this console was built for. */
import { useSyncExternalStore } from 'react';
import { GATEWAY } from './gateway';

export type Connection =
  /** The gateway answers. */
  | 'up'
  /** There is no answer. */
  | 'lost'
  /** The gateway answers, but the browser withholds the answers, because this page's origin is not allowed. */
  | 'origin'
  /** The gateway has another schema than the one that this console was built for. */
  | 'outdated';

const RETRY_MS = 3_000;

let connection: Connection = 'up';
let retry: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function change(to: Connection): void {
  if (connection === to) return;
  connection = to;
  for (const listener of listeners) listener();
}

/** Even if this page may not read the answer, the request shows whether there is one. */
async function isAnswering(): Promise<boolean> {
  try {
    await fetch(`${GATEWAY}/livez`, { mode: 'no-cors', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

/** Called when a request got no answer: finds the cause, and retries until there is an answer. */
export async function connectionFailed(): Promise<void> {
  clearTimeout(retry);
  if (!(await isAnswering())) {
    change('lost');
    retry = setTimeout(() => void connectionFailed(), RETRY_MS);
  } else if (GATEWAY !== '') change('origin');
  else change('up');
}

export function connectionWorks(): void {
  clearTimeout(retry);
  if (connection !== 'outdated') change('up');
}

export const schemaDiffers = (): void => change('outdated');

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => connection);
/** Calls back whenever the state changes. */
export const onConnection = (callback: (now: Connection) => void): (() => void) =>
  subscribe(() => callback(connection));
