/** Warnings for the holder of a key. */
import { mayRead } from '../../graph/policy';
import { scopeOf, repository, requireCaller, type RequestContext } from '../../graph/request-context';
import { Account } from '../account/account.entity';
import { ApiKey } from '../api-key/api-key.entity';
import { lastMasterAccounts } from '../../db/statements/master-keys';
import { countStaleKeys, STALE_DAYS } from '../api-key/stale-keys';
import { statusOf, type KeyTimes } from '../api-key/key-status';
import { MasterKey } from '../master-key/master-key.entity';

const DAY = 24 * 60 * 60 * 1000;
const SOON_DAYS = 14;
const TIMES = ['expiresAt', 'revokedAt', 'revokedBy'];

const MASTER =
  'This is a master key: it reads every account, and its use is audited. To work in only one account, use a key of that account.';

function ending({ expiresAt }: Pick<KeyTimes, 'expiresAt'>): string[] {
  if (expiresAt === null) return [];
  const days = Math.ceil((Date.parse(expiresAt) - Date.now()) / DAY);
  return days > SOON_DAYS ? [] : [`This key expires within ${days} day(s), at ${expiresAt}. Rotate it before then.`];
}

/** The newest active key of the same name. */
async function newestNamed(context: RequestContext, name: string): Promise<ApiKey | null> {
  const { rows } = await repository(context, ApiKey).list({
    columns: TIMES,
    predicates: [{ property: 'name', operator: 'equals', value: name }],
    order: { property: 'id', direction: 'DESC' },
    deleted: 'EXCLUDE',
    size: 1,
    backwards: false,
    cursor: null,
  });
  return rows[0] ?? null;
}

async function outdated(context: RequestContext, key: ApiKey): Promise<string[]> {
  if (key.replacedBy !== null) {
    const when = key.revokedAt === null ? 'soon' : `at ${key.revokedAt}`;
    return [`This key was replaced by the key ${key.replacedBy} and ends ${when}. Switch to its replacement.`];
  }
  if (!mayRead(context, 'apiKeys')) return [];
  const newest = await newestNamed(context, key.name);
  if (!newest || newest.id === key.id || statusOf(newest) !== 'ACTIVE') return [];
  return [`This is not the newest key named ${JSON.stringify(key.name)}: ${newest.id} is. Is this one still needed?`];
}

async function unused(context: RequestContext): Promise<string[]> {
  if (!mayRead(context, 'apiKeys')) return [];
  const count = await countStaleKeys(scopeOf(context));
  return count === 0
    ? []
    : [
        `${count} key(s) of this account were not used for ${STALE_DAYS} days: staleApiKeys lists them. Revoke those that nobody needs.`,
      ];
}

/** How many operations are read, and how many of them suffice for a warning. */
const LAST_OPERATIONS = 20;
const MIN_OPERATIONS = 10;

/** The only account of the key's latest operations. */
async function onlyAccount(context: RequestContext, keyId: string): Promise<string[]> {
  const rows = await scopeOf(context).read(lastMasterAccounts(keyId, LAST_OPERATIONS));
  const accounts = new Set(rows.flatMap(([every, ids]) => (every === true ? ['several', 'accounts'] : ids)));
  const [only] = accounts;
  if (rows.length < MIN_OPERATIONS || accounts.size !== 1 || typeof only !== 'string') return [];
  const account = await repository(context, Account).get(only, ['slug'], 'INCLUDE');
  return [
    `The last ${rows.length} operations of this master key were all for the account ${account?.slug ?? only}: use a key of that account instead.`,
  ];
}

export async function warningsOf(context: RequestContext): Promise<string[]> {
  const { isMaster, keyId } = requireCaller(context);
  if (isMaster) {
    const key = await repository(context, MasterKey).get(keyId, TIMES);
    return [MASTER, ...(await onlyAccount(context, keyId)), ...(key ? ending(key) : [])];
  }
  const [key, stale] = await Promise.all([
    repository(context, ApiKey).get(keyId, ['name', 'replacedBy', ...TIMES]),
    unused(context),
  ]);
  return [...(key ? [...(await outdated(context, key)), ...ending(key)] : []), ...stale];
}
