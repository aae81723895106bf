/** Portcullis as a subgraph of a router from the registry, composed with another subgraph: accounts stay isolated. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@theguild/federation-composition';
import { parse, print, visit } from 'graphql';
import { createKey } from '../access/keys';
import { eventually } from '../harness/eventually';
import type { SeededIds } from '../harness/factories';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { snippetsOf } from '../snippets';
import { RATINGS_SDL } from './ratings';
import { idOf, startRouter, type Router } from './routed';

const PROJECT = join(__dirname, '../..');

let tenants: TwoTenants;
let router: Router;
let own: SeededIds;
let foreign: SeededIds;
let deleted: string;
let route: Router['route'];

beforeAll(async () => {
  tenants = await createTwoTenants();
  router = await startRouter(tenants);
  ({ own, foreign, deleted, route } = router);
}, 60_000);
afterAll(async () => {
  await router?.close();
  await tenants.close();
});

const RATINGS = `query ($agents: [ID!]!, $tools: [ID!]!) {
  ratings(agents: $agents, tools: $tools) { text agent { id name stars tools { name } accountId } tool { id name } }
}`;

it('rows that another subgraph refers to are read with the caller’s key', async () => {
  const variables = { agents: [idOf(own, 'Agent')], tools: [idOf(own, 'Tool')] };
  const { data, errors } = await route(tenants.acme.key, RATINGS, variables);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    ratings: [
      {
        agent: {
          id: idOf(own, 'Agent'),
          name: expect.stringContaining('own'),
          stars: 4,
          tools: [{ name: expect.stringContaining('own') }],
          accountId: tenants.acme.accountId,
        },
      },
      { tool: { name: expect.stringContaining('own') } },
    ],
  });
});

it('foreign, deleted and unknown rows are answered alike', async () => {
  const answers = [];
  for (const [agent, tool] of [
    [idOf(foreign, 'Agent'), idOf(foreign, 'Tool')],
    [randomUUID(), randomUUID()],
    [idOf(own, 'Tool'), deleted],
    ['no-id', 'no-id'],
  ] as const) {
    const { text } = await route(tenants.acme.key, RATINGS, { agents: [agent], tools: [tool] });
    answers.push(text.replaceAll(agent, '<agent>').replaceAll(tool, '<tool>'));
  }
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).not.toContain('foreign');
});

it('rows keep their positions if some of them belong to another account', async () => {
  const agents = [idOf(foreign, 'Agent'), ...(own.get('Agent') ?? []), randomUUID()];
  const query = 'query ($agents: [ID!]!) { ratings(agents: $agents) { agent { id stars name } } }';
  const { data } = await route(tenants.master.key, query, { agents });
  const rows = data as { ratings: { agent: { id: string; name: string | null } | null }[] };
  const byMaster = rows.ratings.map(({ agent }) => agent?.name ?? null);
  const own1 = (await route(tenants.acme.key, query, { agents })).data as typeof rows;
  const byAcme = own1.ratings.map(({ agent }) => agent?.name ?? null);
  expect(byMaster[0]).toContain('foreign');
  expect(byAcme).toEqual([null, ...byMaster.slice(1)]);
});

it('lists, single rows and fields of other subgraphs are those of the caller’s account', async () => {
  const list = '{ agents(first: 50) { nodes { id accountId name stars } } }';
  for (const tenant of [tenants.acme, tenants.globex]) {
    const { data } = await route(tenant.key, list);
    const { nodes } = (data as { agents: { nodes: { accountId: string; stars: number }[] } }).agents;
    expect(nodes.length).toBeGreaterThan(0);
    expect(new Set(nodes.map(({ accountId, stars }) => `${accountId} ${stars}`))).toEqual(
      new Set([`${tenant.accountId} 4`]),
    );
  }
  const one = 'query ($id: ID!) { agent(id: $id) { id name stars } }';
  const [theirs, unknown] = [idOf(foreign, 'Agent'), randomUUID()];
  const answers = await Promise.all([theirs, unknown].map((id) => route(tenants.acme.key, one, { id })));
  expect(new Set(answers.map(({ text }) => text))).toEqual(new Set([JSON.stringify({ data: { agent: null } })]));
});

it("changes are made in the caller's account; changes of foreign rows are refused like those of unknown ones", async () => {
  const before = await tenants.fingerprint(tenants.globex.accountId);
  const created = await route(
    tenants.acme.key,
    'mutation { createTool(input: { name: "routed" }) { name accountId } }',
  );
  expect(created.data).toMatchObject({ createTool: { name: 'routed', accountId: tenants.acme.accountId } });
  const remove = 'mutation ($id: ID!) { deleteTool(id: $id) { id } }';
  const refusals = await Promise.all(
    [idOf(foreign, 'Tool'), randomUUID()].map((id) => route(tenants.acme.key, remove, { id })),
  );
  expect(refusals[0]?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  expect(new Set(refusals.map(({ text }) => text)).size).toBe(1);
  const elsewhere = 'mutation ($id: ID!) { createTool(accountId: $id, input: { name: "x" }) { id } }';
  const { errors } = await route(tenants.acme.key, elsewhere, { id: tenants.globex.accountId });
  expect(errors).toMatchObject([{ extensions: { code: 'ACCOUNT_MISMATCH' } }]);
  expect(await tenants.fingerprint(tenants.globex.accountId)).toEqual(before);
});

it('a master key reads all accounts, and an account key reads no fields for master keys', async () => {
  const agents = [idOf(own, 'Agent'), idOf(foreign, 'Agent')];
  const { data } = await route(tenants.master.key, RATINGS, { agents, tools: [] });
  expect(data).toMatchObject({
    ratings: [tenants.acme, tenants.globex].map(({ accountId }) => ({ agent: { accountId } })),
  });
  const { errors } = await route(tenants.acme.key, '{ accounts { nodes { slug } } }');
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

it('concurrent requests of several callers are not mixed up', async () => {
  const variables = { agents: [idOf(own, 'Agent'), idOf(foreign, 'Agent')], tools: [] };
  const keys = Array.from({ length: 30 }, (_, index) => [tenants.acme, tenants.globex][index % 2] ?? tenants.acme);
  const answers = await Promise.all(keys.map(({ key }) => route(key, RATINGS, variables)));
  const accounts = answers.map(({ data }) =>
    (data as { ratings: { agent: { accountId: string } | null }[] }).ratings.map(
      ({ agent }) => agent?.accountId ?? null,
    ),
  );
  expect(accounts).toEqual(
    keys.map(({ accountId }, index) => (index % 2 === 0 ? [accountId, null] : [null, accountId])),
  );
});

it('requests with a revoked key, or without a key, read nothing', async () => {
  const key = await createKey(tenants, tenants.acme, { role: 'VIEWER' });
  const variables = { agents: [idOf(own, 'Agent')], tools: [] };
  expect((await route(key.key, RATINGS, variables)).text).toContain('own');
  await tenants.acme.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: key.id });
  await eventually(async () => (await route(key.key, RATINGS, variables)).errors !== undefined);
  for (const each of [key.key, null]) {
    const { data, errors } = await route(each, RATINGS, variables);
    expect(JSON.stringify(data)).not.toContain('own');
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  }
});

it("another team's subgraph composes as docs/federation.md describes", () => {
  const [theirs] = snippetsOf('docs/federation.md').filter(({ mark }) => mark === 'run=test/federation/router.test.ts');
  const sdl = readFileSync(join(PROJECT, 'schema/subgraph.graphql'), 'utf8');
  const { errors } = composeServices([
    { name: 'portcullis', url: 'http://portcullis.example', typeDefs: parse(sdl) },
    { name: 'ratings', url: router.ratingsUrl, typeDefs: parse(theirs?.code ?? '') },
  ]);
  expect(errors).toBeUndefined();
});

it('the composed schema states what a key needs, as docs/permissions.md does', async () => {
  const sdl = readFileSync(join(PROJECT, 'schema/subgraph.graphql'), 'utf8');
  const { _service } = await tenants.globex.ask<{ _service: { sdl: string } }>('{ _service { sdl } }');
  expect(_service.sdl).toBe(sdl);
  const { supergraphSdl = '' } = composeServices([
    { name: 'portcullis', url: 'http://portcullis.example', typeDefs: parse(sdl) },
    { name: 'ratings', url: router.ratingsUrl, typeDefs: parse(RATINGS_SDL) },
  ]);
  const needed = new Map<string, string>();
  visit(parse(supergraphSdl), {
    ObjectTypeDefinition: (type) => {
      for (const field of type.fields ?? [])
        for (const { name, arguments: [scopes] = [] } of field.directives ?? [])
          if (name.value === 'requiresScopes' && scopes)
            needed.set(`${type.name.value}.${field.name.value}`, print(scopes.value));
          else if (name.value === 'authenticated') needed.set(`${type.name.value}.${field.name.value}`, 'any key');
      return false;
    },
  });
  expect(Object.fromEntries(needed)).toMatchObject({
    'Query.agents': '[["agents:read"]]',
    'Mutation.createTool': '[["tools:write"]]',
    'Agent.runs': '[["runs:read"]]',
    'Query.accounts': '[["master"]]',
    'Query.viewer': 'any key',
  });
  expect(needed.has('Agent.name')).toBe(false);
  expect(sdl).toMatch(/^type Agent implements Node @key\(fields: "id"\) \{$/m);
  expect(sdl).toMatch(/^type Account @key\(fields: "id"\) \{$/m);
  expect(sdl).not.toMatch(/@(scoped|masterOnly|public|cost|listSize)\b|\b_(Any|Entity|Service)\b/);
});
