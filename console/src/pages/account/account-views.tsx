/** The common parts of all pages of an account: its values, its metadata, its history. */
import type { ReactNode } from 'react';
import { RowTabs } from '../../audit/row-tabs';
import { Badge } from '../../ui/badge';
import { CopyText } from '../../ui/copy-text';
import { JsonView } from '../../ui/json-view';
import { Time } from '../../ui/time';
import type { Account } from './account-query';

interface AccountViewsProps {
  readonly account: Account;
  /** Shown between the values and the metadata. */
  readonly children?: ReactNode;
}

export function AccountViews({ account, children }: AccountViewsProps) {
  const { id, slug, status, metadata, createdAt, updatedAt, version } = account;
  const values: readonly (readonly [string, ReactNode])[] = [
    ['Status', <Badge key="status" value={status} />],
    ['Short name', slug],
    ['ID', <CopyText key="id" text={id} />],
    ['Created', <Time key="created" at={createdAt} isExact />],
    ['Changed', <Time key="changed" at={updatedAt} isExact />],
    ['Version', version],
  ];
  return (
    <RowTabs of={{ accountId: id, resourceType: 'Account', id }} name={slug} noun="account">
      <dl className="values">
        {values.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {children}
      <h2>Metadata</h2>
      <JsonView value={metadata} label="Metadata" />
    </RowTabs>
  );
}
