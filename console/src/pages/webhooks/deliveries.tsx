/** Attempts to deliver events to webhooks, and delivering them again. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { DELIVERY_FILTERS } from '../../audit/filters';
import { graphql } from '../../generated';
import type { WebhookDeliveriesQuery } from '../../generated/graphql';
import { filterOf, PAGE_SIZE } from '../../resources/address';
import { useAccountColumn } from '../../session/account-names';
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import { DataTable, type Column } from '../../ui/data-table';
import { Filters } from '../../ui/filters';
import { ClosedPage, Page } from '../../ui/page';
import { Empty } from '../../ui/states';
import { Time } from '../../ui/time';
import { Replay } from '../../webhooks/replay';

const DELIVERIES = graphql(`
  query WebhookDeliveries($accountId: ID, $after: String, $first: Int, $filter: WebhookDeliveryFilter) {
    webhookDeliveries(accountId: $accountId, after: $after, first: $first, filter: $filter) {
      nodes {
        id
        accountId
        webhookId
        at
        sequence
        attempt
        status
        responseStatus
        durationMs
        problem
        nextAttemptAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const NAMES = graphql(`
  query WebhookNames($accountId: ID, $ids: [ID!]!) {
    webhooks(accountId: $accountId, first: 100, filter: { id: { in: $ids } }, deleted: INCLUDE) {
      nodes {
        id
        accountId
        name
      }
    }
  }
`);

type Delivery = WebhookDeliveriesQuery['webhookDeliveries']['nodes'][number];

const TITLE = 'Webhook deliveries';

/** Names of the webhooks by their ids. */
function useWebhookNames(deliveries: readonly Delivery[], accountId: string | null): ReadonlyMap<string, string> {
  const ids = [...new Set(deliveries.map(({ webhookId }) => webhookId))].sort();
  const { data } = useQuery(
    NAMES,
    ids.length === 0 ? skipToken : { variables: { accountId, ids }, fetchPolicy: 'cache-first' },
  );
  return new Map(data?.webhooks.nodes.map(({ id, name }) => [id, name]));
}

export function Deliveries() {
  const viewer = useViewer();
  const { accountId, slug } = useScope();
  const [parameters] = useSearchParams();
  const closed = whyNot(viewer, 'webhooks:read');
  const mayReplay = whyNot(viewer, 'webhooks:admin') === null;
  const { data, previousData, error } = useQuery(
    DELIVERIES,
    closed !== null
      ? skipToken
      : {
          variables: {
            accountId,
            first: PAGE_SIZE,
            after: parameters.get('after'),
            filter: filterOf(DELIVERY_FILTERS, parameters),
          },
        },
  );
  const page = (data ?? previousData)?.webhookDeliveries;
  const names = useWebhookNames(page?.nodes ?? [], accountId);
  const accountColumn = useAccountColumn<Delivery>(page?.nodes);
  if (closed !== null) return <ClosedPage title={TITLE} why={closed} />;
  const columns: readonly Column<Delivery>[] = [
    { title: 'Time', cell: ({ at }) => <Time at={at} isExact /> },
    ...accountColumn,
    {
      title: 'Webhook',
      cell: ({ webhookId }) => (
        <Link to={`/${slug}/webhooks/${webhookId}`}>{names.get(webhookId) ?? `${webhookId.slice(0, 8)}…`}</Link>
      ),
    },
    { title: 'Event', cell: ({ sequence }) => sequence ?? <span className="muted">a test</span> },
    { title: 'Attempt', cell: ({ attempt }) => attempt },
    { title: 'Status', cell: ({ status }) => <Badge value={status} /> },
    {
      title: 'Answer',
      cell: ({ responseStatus, problem, durationMs }) =>
        `${problem ?? `HTTP ${responseStatus ?? ''}`}, after ${durationMs} ms`,
    },
    {
      title: 'Tried again',
      cell: ({ nextAttemptAt }) => (nextAttemptAt ? <Time at={nextAttemptAt} /> : <span className="muted">–</span>),
    },
    ...(mayReplay
      ? [
          {
            title: 'Replay',
            cell: ({ sequence, webhookId, accountId: owner }: Delivery) =>
              sequence ? <Replay webhook={{ id: webhookId, accountId: owner }} from={sequence} /> : null,
          },
        ]
      : []),
  ];
  return (
    <Page title={TITLE} about="Every attempt to deliver an event to a webhook, newest first.">
      <Filters fields={DELIVERY_FILTERS} />
      <DataTable
        label={TITLE}
        columns={columns}
        rows={page?.nodes}
        keyOf={({ accountId: account, id }) => `${account} ${id}`}
        error={error}
        pageInfo={page?.pageInfo}
        empty={<Empty title="Nothing was delivered yet, or no attempt matches." />}
      />
    </Page>
  );
}
