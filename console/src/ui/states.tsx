/** The states of a page: loading, empty, failed, or not allowed for the key. */
import type { ReactNode } from 'react';
import { NO_ANSWER, problemsOf, type Problem } from '../graphql/problem';
import { CopyText } from './copy-text';

export function Loading({ label = 'Loading' }: { readonly label?: string }) {
  return (
    <div className="loading" role="status">
      <span className="spinner" aria-hidden /> {label}…
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <div className="notice danger" role="alert">
      {problems.map(({ message, code, requestId, path }, index) => (
        <div key={index} className="problem">
          <p>{message}</p>
          <p className="details">
            <code>{code}</code>
            {path !== null && <code>{path.join('.')}</code>}
            {requestId !== null && <CopyText label="Request" text={requestId} />}
          </p>
        </div>
      ))}
    </div>
  );
}

/** Why something is not shown. */
export function Failure({ error }: { readonly error: unknown }) {
  const problems = problemsOf(error);
  if (problems.includes(NO_ANSWER)) return <Empty title="This could not be loaded: the gateway did not respond." />;
  return <ProblemList problems={problems} />;
}

/** Replaces an action that is not offered. */
export function NotOffered({ why }: { readonly why: string }) {
  return <p className="not-offered">{why}</p>;
}
