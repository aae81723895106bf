/** The audit log: who changed what, when and why. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Link, useSearchParams } from 'react-router';
import { EventDetails } from '../../audit/event-card';
import type { AuditEvent } from '../../audit/events';
import { EVENT_FILTERS } from '../../audit/filters';
import { VerifyAudit } from '../../audit/verify-audit';
import { graphql } from '../../generated';
import { pageVariables } from '../../resources/address';
import { resourceOfType } from '../../resources/definitions';
import { useScope } from '../../session/scope';
import { auditPermissions, useViewer, whyNot } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import type { Column } from '../../ui/data-table';
import { ListPage } from '../../ui/list-page';
import { Time } from '../../ui/time';

const EVENTS = graphql(`
  query AuditLog($accountId: ID, $first: Int, $after: String, $last: Int, $before: String, $filter: AuditEventFilter) {
    auditEvents(accountId: $accountId, first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      nodes {
        ...AuditEventFields
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`);

function RowOfEvent({ event }: { readonly event: AuditEvent }) {
  const { slug, accountId } = useScope();
  const { resourceType, resourceId } = event;
  const resource = resourceOfType(resourceType);
  const text = `${resourceType} ${resourceId.slice(0, 8)}…`;
  if (resource) return <Link to={`/${slug}/${resource.plural}/${resourceId}?tab=history`}>{text}</Link>;
  if (resourceId === accountId) return <Link to={`/${slug}/account?tab=history`}>{text}</Link>;
  return <span>{text}</span>;
}

function Changes({ event }: { readonly event: AuditEvent }) {
  const [isOpen, setOpen] = useState(false);
  const { changes, erased } = event;
  const count = erased ? 'erased' : `${changes.length} ${changes.length === 1 ? 'value' : 'values'}`;
  return (
    <>
      <Button className="button small" aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
        {count}
      </Button>
      {isOpen && <EventDetails event={event} />}
    </>
  );
}

const COLUMNS: readonly Column<AuditEvent>[] = [
  { title: 'Time', cell: ({ at }) => <Time at={at} isExact /> },
  { title: 'Action', cell: ({ action }) => <Badge value={action} /> },
  { title: 'Row', cell: (event) => <RowOfEvent event={event} /> },
  {
    title: 'Actor',
    cell: ({ actorName, actorKind }) => (
      <>
        {actorName} {actorKind !== 'ACCOUNT' && <span className="badge">{actorKind}</span>}
      </>
    ),
  },
  { title: 'Reason', cell: ({ reason }) => reason ?? <span className="muted">–</span> },
  { title: 'Changes', cell: (event) => <Changes event={event} /> },
];

export function AuditLog() {
  const viewer = useViewer();
  const { accountId, slug } = useScope();
  const [parameters] = useSearchParams();
  const closed = whyNot(viewer, ...auditPermissions(viewer));
  const { deleted: _, ...variables } = pageVariables({ filters: EVENT_FILTERS, orders: [] }, parameters, accountId);
  const { data, previousData, error } = useQuery(EVENTS, closed !== null ? skipToken : { variables });
  return (
    <ListPage
      title="Audit log"
      about="Every change, newest first, with who made it and why; nobody can change it afterwards."
      closed={closed}
      actions={<VerifyAudit key={slug} />}
      filters={EVENT_FILTERS}
      columns={COLUMNS}
      page={(data ?? previousData)?.auditEvents}
      error={error}
      empty="No event matches."
    />
  );
}
