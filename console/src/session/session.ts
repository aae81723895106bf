/** The key and the reason of this tab: in sessionStorage, and the key in localStorage only if the user asks for it. */
import { useSyncExternalStore } from 'react';

/** GraphiQL uses the same names, so a tab opened from here already has the key. */
const KEY = 'portcullis.X-API-Key';
const REASON = 'portcullis.X-Reason';

export interface Session {
  readonly key: string | null;
  /** Sent as X-Reason. */
  readonly reason: string;
  /** Whether the key is kept after the browser is closed. */
  readonly isKept: boolean;
  /** Why the session ended, if the user did not end it. */
  readonly ended: string | null;
  /** Whether another tab has signed in with another stored key. */
  readonly isOtherTabDifferent: boolean;
}

function readStorage(): Session {
  const kept = localStorage.getItem(KEY);
  const own = sessionStorage.getItem(KEY);
  if (own === null && kept !== null) sessionStorage.setItem(KEY, kept);
  return {
    key: own ?? kept,
    reason: sessionStorage.getItem(REASON) ?? '',
    isKept: kept !== null && kept === (own ?? kept),
    ended: null,
    isOtherTabDifferent: false,
  };
}

let session = readStorage();
const listeners = new Set<() => void>();

function change(to: Partial<Session>): void {
  session = { ...session, ...to };
  for (const listener of listeners) listener();
}

// Only other tabs cause this event. This tab keeps its own key.
window.addEventListener('storage', ({ key, newValue }) => {
  if (key !== KEY || session.key === null) return;
  change({ isKept: newValue === session.key, isOtherTabDifferent: newValue !== null && newValue !== session.key });
});

export const currentSession = (): Session => session;

export function signIn(key: string, isKept: boolean): void {
  sessionStorage.setItem(KEY, key);
  if (isKept) localStorage.setItem(KEY, key);
  change({ key, isKept, ended: null, isOtherTabDifferent: false });
}

/** @param reason why the session ended; null if the user ended it. */
export function signOut(reason: string | null): void {
  sessionStorage.removeItem(KEY);
  if (localStorage.getItem(KEY) === session.key) localStorage.removeItem(KEY);
  change({ key: null, isKept: false, ended: reason, isOtherTabDifferent: false });
}

export function setReason(reason: string): void {
  sessionStorage.setItem(REASON, reason);
  change({ reason });
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useSession = (): Session => useSyncExternalStore(subscribe, currentSession);
