/** Attempts to deliver events to webhooks, and replays. */
import { skipToken, useQuery } from '@apollo/client/react';
import { Link, useSearchParams } from 'react-router';
import { DELIVERY_FILTERS } from '../../audit/filters';
import { graphql } from '../../generated';
import type { WebhookDeliveriesQuery } from '../../generated/graphql';
import { filterOf, PAGE_SIZE } from '../../resources/address';
import { useScope } from '../../session/scope';
import { useViewer, whyNot } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import type { Column } from '../../ui/data-table';
import { ListPage } from '../../ui/list-page';
import { Time, TimeOr } from '../../ui/time';
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

/** Names of webhooks by id. */
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
  const filter = filterOf(DELIVERY_FILTERS, parameters);
  const variables = { accountId, first: PAGE_SIZE, after: parameters.get('after'), filter };
  const { data, previousData, error } = useQuery(DELIVERIES, closed !== null ? skipToken : { variables });
  const page = (data ?? previousData)?.webhookDeliveries;
  const names = useWebhookNames(page?.nodes ?? [], accountId);
  const columns: readonly Column<Delivery>[] = [
    { title: 'Time', cell: ({ at }) => <Time at={at} isExact /> },
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
    { title: 'Tried again', cell: ({ nextAttemptAt }) => <TimeOr at={nextAttemptAt} otherwise="–" /> },
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
    <ListPage
      title="Webhook deliveries"
      about="Every attempt to deliver an event to a webhook, newest first."
      closed={closed}
      filters={DELIVERY_FILTERS}
      columns={columns}
      page={page}
      error={error}
      empty="No attempts yet, or none matches."
    />
  );
}
