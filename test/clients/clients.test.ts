/** Clients from the registry and the packed client of this project, each in a separate process, with one gateway. */
import { ERROR_TABLE } from '../../src/errors';
import { createTool } from '../audit/harness';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { Consumer } from './consumer';
import { FaultyProxy } from './faulty-proxy';

let tenants: TwoTenants;
let consumer: Consumer;
let proxy: FaultyProxy;
let env: Record<string, string>;
/** Ends what the set-up started. */
const ending: (() => Promise<void> | void)[] = [];

async function startGateway(): Promise<void> {
  tenants = await createTwoTenants();
  ending.push(() => tenants.close());
  const { acme, globex, gateway, master } = tenants;
  const url = `${await gateway.app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
  proxy = await FaultyProxy.start(url);
  ending.push(() => proxy.close());
  const foreign = await createTool(globex, 'a tool of another account');
  const used = await createTool(acme, 'a tool in use');
  const create = 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }';
  for (const name of ['first', 'second'])
    await acme.ask(create, {
      input: { name, framework: 'LANGGRAPH', model: { provider: 'openai', name: 'gpt' }, toolIds: [used] },
    });
  env = {
    URL: url,
    FAULTY_URL: proxy.url,
    KEY: acme.key,
    MASTER_KEY: master.key,
    ACCOUNT_ID: acme.accountId,
    FOREIGN_ID: foreign,
    USED_TOOL_ID: used,
  };
}

beforeAll(async () => {
  consumer = new Consumer();
  ending.push(() => consumer.close());
  await Promise.all([consumer.create(), startGateway()]);
}, 60_000);
afterAll(async () => {
  for (const end of ending) await end();
});

describe('the packed client', () => {
  it('is typed, distinguishes errors, retries unserved requests, makes a change once, reads its own writes, and follows streams without gaps', async () => {
    const { slug } = tenants.acme;
    const report = await consumer.run('portcullis.mjs', env);
    expect(report).toEqual({
      slug,
      incomplete: 'BAD_USER_INPUT',
      foreign: null,
      inUse: ['IN_USE', ['Agent first', 'Agent second']],
      refused: 'UNAUTHENTICATED',
      elsewhere: ['NoAnswerError', true],
      made: 'made by an operator',
      retried: 'retried',
      unserved: 'UNAVAILABLE',
      lost: ['NoAnswerError', true, 1],
      sequences: [1, 2, 3, 4, 5],
      ended: 'UNAUTHENTICATED',
      aborted: 'enough',
    });
    const keys = proxy.seenWith('"retried"').map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toEqual([expect.any(String), keys[0], keys[0]]);
    expect(proxy.seenWith('"refused"')).toHaveLength(1);
    expect(proxy.seenWith('"lost answer"')).toHaveLength(1);
    const reads = proxy.seenWith('"contains":"stored"').map(({ consistencyToken }) => consistencyToken?.split(','));
    const overlapping = expect.arrayContaining(['stored-second', 'stored-third']);
    expect(reads).toEqual([undefined, ['stored-first'], overlapping, ['stored-last']]);
    expect(reads[2]).toHaveLength(2);
    const follows = proxy.seenWith('FollowEvents').map(({ lastEventId }) => lastEventId);
    expect(follows).toEqual([undefined, undefined, '2']);
    const { auditEvents } = await tenants.acme.ask<{ auditEvents: { nodes: { reason: string | null }[] } }>(
      '{ auditEvents(first: 100, filter: { actorKind: { equals: MASTER } }) { nodes { reason } } }',
    );
    expect(auditEvents.nodes).toContainEqual({ reason: 'Prüfung für 東京' });
  });

  it('works with require(), and knows every error code', async () => {
    const report = await consumer.run('commonjs.cjs', env);
    expect(report).toEqual({ slug: tenants.acme.slug, codes: Object.keys(ERROR_TABLE) });
  });

  it('does what its README shows', async () => {
    expect(await consumer.output('readme.mjs', env)).toMatch(/^a tool in use\n(?:.+\n)*1 CREATE Account\n$/);
  });

  it('contains its modules, types and the schema, and nothing else', async () => {
    const files = (await consumer.packed()).filter((path) => !/^dist(\/|$)/.test(path));
    expect(files.sort()).toEqual(['README.md', 'package.json', 'schema.graphql']);
  });
});

describe('other clients', () => {
  it('Apollo Client 4 normalizes rows by id and distinguishes errors by code', async () => {
    expect(await consumer.run('apollo.mjs', env)).toEqual({
      slug: tenants.acme.slug,
      isNormalised: true,
      refused: 'CONFLICT',
      unauthenticated: 'UNAUTHENTICATED',
      foreign: null,
      agents: 1,
    });
  });

  it('urql reads and changes rows with POST; GET is refused with the reason', async () => {
    expect(await consumer.run('urql.mjs', env)).toEqual({
      slug: tenants.acme.slug,
      byGet: 'BAD_REQUEST',
      created: 'by urql',
      again: 'CONFLICT',
      listed: 1,
      foreign: 0,
    });
  });

  it('graphql-request makes a change once with an Idempotency-Key', async () => {
    expect(await consumer.run('graphql-request.mjs', env)).toEqual({
      slug: tenants.acme.slug,
      same: true,
      refused: 'BAD_USER_INPUT',
      foreign: null,
    });
  });

  it('Relay pages a connection, and refetches a fragment through node', async () => {
    expect(await consumer.run('relay.cjs', env)).toEqual({ paged: 2, runs: 0, refetched: true, foreign: null });
  });

  it('gql.tada knows the types of the schema', async () => {
    expect(await consumer.run('gql-tada.mjs', env)).toEqual({ listed: 1, foreign: null });
  });

  it('genql reads and changes with objects, makes a change once, and gets the reason for a refusal', async () => {
    expect(await consumer.run('genql.mjs', env)).toEqual({
      slug: tenants.acme.slug,
      listed: 1,
      nested: 'a tool in use',
      metadata: {},
      same: true,
      again: 'CONFLICT',
      refused: [null, true],
      explained: 'UNAUTHENTICATED',
      batched: true,
      foreign: null,
    });
  });
});
