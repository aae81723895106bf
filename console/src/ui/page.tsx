/** A page: its title, its actions, and why some are missing. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { NotOffered } from './states';

export interface PageProps {
  readonly title: ReactNode;
  /** The parent page. */
  readonly parent?: { readonly title: string; readonly to: string };
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  /** Why actions are missing. */
  readonly why?: string | null;
  readonly children: ReactNode;
}

export function Page({ title, parent, about, actions, why = null, children }: PageProps) {
  return (
    <>
      <div className="page-head">
        <div>
          {parent && (
            <Link className="parent" to={parent.to}>
              {parent.title}
            </Link>
          )}
          <h1>{title}</h1>
        </div>
        <div className="actions">{actions}</div>
      </div>
      {about !== undefined && <p className="about">{about}</p>}
      {why !== null && <NotOffered why={why} />}
      {children}
    </>
  );
}

/** Replaces a page that the key may not read. */
export function ClosedPage({ title, why }: { readonly title: string; readonly why: string }) {
  return (
    <Page title={title}>
      <div className="empty">
        <p className="empty-title">This key may not read this.</p>
        <p role="alert">{why} Use a key that has the permission, or ask an administrator of the account for one.</p>
      </div>
    </Page>
  );
}
