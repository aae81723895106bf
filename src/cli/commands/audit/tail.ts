/** audit tail. */
import { setTimeout as pause } from 'node:timers/promises';
import { AuditEventsPageDocument, type AuditEventsPageQuery } from '../../../../schema/generated/operations';
import { accountNames, showsAccounts } from '../../gateway/account-names';
import { accountIdOf, openSession } from '../../gateway/session';
import { data, json } from '../../output/print';
import { visible } from '../../output/text';
import { command, numberOption, withAccount, type Common } from '../command';
import { filterOf, withFilter, type FilterOptions } from './filter';

interface Options extends Common, FilterOptions {
  readonly account?: string;
  readonly lines: number;
  readonly follow?: boolean;
}

type Event = AuditEventsPageQuery['auditEvents']['nodes'][number] & { readonly account?: string };

const PAGE_EVENTS = 100;
const POLL_MS = 2_000;

function eventText({
  at,
  account,
  actorName,
  action,
  resourceType,
  resourceId,
  reason,
  changes,
  erased,
}: Event): string {
  const paths = changes.map(({ path }) => path).join(' ');
  return visible(
    [
      at,
      ...(account === undefined ? [] : [account]),
      actorName,
      `${action} ${resourceType} ${resourceId}`,
      ...(action === 'UPDATE' && paths !== '' ? [paths] : []),
      ...(erased ? ['erased'] : []),
      ...(reason === null || reason === undefined ? [] : [`(${reason})`]),
    ].join('  '),
  );
}

async function tail(options: Options): Promise<void> {
  const session = await openSession(options);
  const accountId = await accountIdOf(session, options);
  const filter = await filterOf(session, accountId, options);
  const named = showsAccounts(session, accountId) ? accountNames(session) : async (events: readonly Event[]) => events;
  const direction = 'ASC';
  let variables: object = { last: options.lines };
  for (let after: string | null = null; ;) {
    const { auditEvents: page } = await session.client.ask(AuditEventsPageDocument, {
      accountId,
      filter,
      direction,
      ...variables,
    });
    for (const event of await named(page.nodes)) await (options.json === true ? json(event) : data(eventText(event)));
    if (options.follow !== true) return;
    after = page.pageInfo.endCursor ?? after;
    variables = { first: PAGE_EVENTS, after };
    if (!page.pageInfo.hasNextPage) await pause(POLL_MS);
  }
}

export const auditTailCommand = withFilter(
  withAccount(
    command('tail', 'Print the latest events, oldest first.', [
      'audit tail --profile dev',
      'audit tail --since 12h --type Agent --resource "Order desk" --profile dev',
      'audit tail --follow --account acme-prod --profile ops',
      'audit tail --lines 100 --json | jq .action',
    ]),
  ),
)
  .addOption(numberOption('--lines <number>', 'how many events', { min: 1, max: PAGE_EVENTS, default: 20 }))
  .option('--follow', 'keep printing new events until Ctrl-C')
  .action(tail);
