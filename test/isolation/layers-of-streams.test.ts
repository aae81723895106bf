/**
 * Streams and webhooks with isolation layers removed: each remaining layer alone withholds the events of other
 * accounts.
 */
import { canAsk } from '../harness/among-shards';
import { eventually } from '../harness/eventually';
import { seed } from '../harness/factories';
import { setupTwoTenants } from '../harness/setup-tenants';
import { accountTables, connected } from '../harness/sql';
import { EventSource } from '../streams/event-source';
import { createTool, createWebhook, DELIVERING } from '../webhooks/client';
import { Receiver } from '../webhooks/receiver';
import { removeAccountFilter } from './without-account-filter';

const WITHIN_MS = 20_000;
/** Whether events of all accounts can be read at once: a stream or webhook that cannot read any shows nothing. */
const READS_ALL = canAsk('events without their account');
const itReadsAll = READS_ALL ? it : it.skip;
/** The streams, with documents that read all of them from the beginning. */
const STREAMS = {
  events: 'subscription { events(after: 0) { accountId sequence resourceType resourceId after } }',
  runs: 'subscription { runs(after: 0) { accountId sequence runId agentId } }',
};

let address: string;
let receiver: Receiver;
let foreign: readonly string[];
let restoreFilter = (): void => undefined;

const tenants = setupTwoTenants({ settings: DELIVERING });
const { acme, globex } = tenants;

beforeAll(async () => {
  address = await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 });
  receiver = await Receiver.start();
  const seeded = await seed(globex, 'Foreign');
  foreign = [globex.accountId, 'Foreign', ...[...seeded.values()].flat()];
  await seed(acme, 'Own');
}, 60_000);
afterAll(() => receiver.close());
afterEach(() => restoreFilter());

const rowLevelSecurity = async (state: 'ENABLE' | 'DISABLE'): Promise<void> => {
  const tables = [...(await accountTables(tenants.database.superuserUrl)), 'account'];
  await connected(tenants.database.superuserUrl, async (client) => {
    for (const table of tables) await client.query(`ALTER TABLE ${table} ${state} ROW LEVEL SECURITY`);
  });
};

function expectNothingForeign(text: string): void {
  expect(text).toContain(acme.accountId);
  for (const secret of foreign) expect(text).not.toContain(secret);
}

/** Reads a stream from its beginning to the changes that are made in both accounts in the meantime. */
async function streamed(query: string): Promise<string> {
  const source = await EventSource.open(address, { key: acme.key, query });
  try {
    await source.until(({ text }) => text.includes(acme.accountId), WITHIN_MS);
    return source.text;
  } finally {
    source.close();
  }
}

/** What a new webhook of acme receives, up to acme's last change. */
async function delivered(name: string): Promise<string> {
  await createWebhook(acme, { name, url: receiver.url(`/${name}`) });
  await createTool(globex, `Foreign ${name}`);
  await createTool(acme, `Own ${name}`);
  const bodies = (): string =>
    receiver
      .of(`/${name}`)
      .map(({ body }) => body)
      .join('\n');
  await eventually(async () => bodies().includes(`Own ${name}`), WITHIN_MS);
  return bodies();
}

describe('without the account conditions of statements', () => {
  beforeEach(() => (restoreFilter = removeAccountFilter()));

  const streams = Object.entries(STREAMS).filter(([name]) => READS_ALL || name !== 'events');
  it.each(streams)('row level security alone withholds %s of others', async (_name, query) => {
    expectNothingForeign(await streamed(query));
  });

  itReadsAll('row level security alone withholds the events of others from webhooks', async () => {
    expectNothingForeign(await delivered('without-conditions'));
  });
});

describe('without row level security', () => {
  beforeAll(() => rowLevelSecurity('DISABLE'));
  afterAll(() => rowLevelSecurity('ENABLE'));

  it.each(Object.entries(STREAMS))('the statements alone withhold %s of others', async (_name, query) => {
    expectNothingForeign(await streamed(query));
  });

  it('the statements alone withhold the events of others from webhooks', async () => {
    expectNothingForeign(await delivered('without-policies'));
  });

  it.each(Object.entries(STREAMS))('the output guard alone withholds %s of others', async (_name, query) => {
    restoreFilter = removeAccountFilter();
    const source = await EventSource.open(address, { key: acme.key, query });
    const alarms = (): boolean => tenants.log.some(({ alarm }) => alarm === 'cross_account_row');
    await source.until(({ isOver }) => isOver || alarms(), WITHIN_MS);
    source.close();
    for (const secret of foreign) expect(source.text).not.toContain(secret);
  });

  itReadsAll('the check before sending alone withholds the events of others from webhooks', async () => {
    await createWebhook(acme, { name: 'unprotected', url: receiver.url('/unprotected') });
    restoreFilter = removeAccountFilter();
    await createTool(globex, 'Foreign unprotected');
    const refused = (): boolean => JSON.stringify(tenants.log).includes('An event of another account was read');
    const leaked = (): boolean => receiver.of('/unprotected').some(({ body }) => body.includes(globex.accountId));
    await eventually(async () => refused() || leaked(), WITHIN_MS);
    for (const { body } of receiver.of('/unprotected'))
      for (const secret of foreign) expect(body).not.toContain(secret);
  });
});
