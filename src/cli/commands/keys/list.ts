/** keys list, stale and expiring. */
import {
  ApiKeysPageDocument,
  ExpiringApiKeysDocument,
  StaleApiKeysDocument,
} from '../../../../schema/generated/operations';
import { PAGE, type Page } from '../../gateway/pages';
import { accountIdOf, openSession, type Session } from '../../gateway/session';
import { note } from '../../output/print';
import { command, numberOption, withAccount, type Common } from '../command';
import { listRows } from '../list';
import { cells, HEAD, type Key } from './table';

interface Options extends Common {
  readonly account?: string;
}

interface DaysOptions extends Options {
  readonly days: number;
  readonly limit: number;
}

type Read<Chosen> = (
  session: Session,
  accountId: string | undefined,
  options: Chosen,
) => (after: string | null) => Promise<Page<Key>>;

/** Prints a command's results. */
const show =
  <Chosen extends Options>(read: Read<Chosen>) =>
  async (options: Chosen): Promise<void> => {
    const session = await openSession(options);
    const accountId = await accountIdOf(session, options);
    const readPage = read(session, accountId, options);
    await listRows(session, { accountId, readPage, asJson: options.json, head: HEAD, cells });
  };

/** A list that the gateway returns whole, up to a limit, is one page. */
function onlyPage(keys: readonly Key[], limit: number): Page<Key> {
  if (keys.length === limit) note(`These are the first ${limit}; there may be more (--limit, at most ${PAGE}).`);
  return { nodes: keys, pageInfo: { hasNextPage: false } };
}

export const keysListCommand = withAccount(
  command('list', 'List the keys.', ['keys list --profile dev', 'keys list --profile ops --json']),
).action(
  show<Options>(
    ({ client }, accountId) =>
      async (after) =>
        (await client.ask(ApiKeysPageDocument, { accountId, first: PAGE, after })).apiKeys,
  ),
);

export const keysStaleCommand = withAccount(
  command('stale', 'List the active keys that have not been used for the given number of days, longest unused first.', [
    'keys stale --days 90 --profile dev',
    'keys stale --profile ops --json',
  ]),
)
  .addOption(numberOption('--days <number>', 'days without use', { min: 0, max: 3_650, default: 90 }))
  .addOption(numberOption('--limit <number>', 'maximum number of keys', { min: 1, max: PAGE, default: PAGE }))
  .action(
    show<DaysOptions>(({ client }, accountId, { days, limit }) => async () => {
      const { staleApiKeys } = await client.ask(StaleApiKeysDocument, { accountId, days, first: limit });
      return onlyPage(staleApiKeys, limit);
    }),
  );

export const keysExpiringCommand = withAccount(
  command(
    'expiring',
    'List the active keys that end within the given number of days, by expiry or rotation, soonest first.',
    ['keys expiring --days 14 --profile dev'],
  ),
)
  .addOption(numberOption('--days <number>', 'days ahead', { min: 0, max: 3_650, default: 14 }))
  .addOption(numberOption('--limit <number>', 'maximum number of keys', { min: 1, max: PAGE, default: PAGE }))
  .action(
    show<DaysOptions>(({ client }, accountId, { days, limit }) => async () => {
      const { expiringApiKeys } = await client.ask(ExpiringApiKeysDocument, { accountId, days, first: limit });
      return onlyPage(expiringApiKeys, limit);
    }),
  );
