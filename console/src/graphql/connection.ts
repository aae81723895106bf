/** Whether the gateway can be reached and speaks the schema that this console was built for. */
import { useSyncExternalStore } from 'react';
import { GATEWAY } from './gateway';

export type Connection =
  /** Answers come. */
  | 'up'
  /** Nothing answers. */
  | 'lost'
  /** The gateway answers, and the browser withholds the answers: this page's origin is not listed. */
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

/** A request whose answer this page may not read tells still whether there is one. */
async function isAnswering(): Promise<boolean> {
  try {
    await fetch(`${GATEWAY}/livez`, { mode: 'no-cors', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

/** To be called when a request had no answer; finds out why, and asks again until there is one. */
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
/** Calls back whenever it changes. */
export const onConnection = (callback: (now: Connection) => void): (() => void) =>
  subscribe(() => callback(connection));
