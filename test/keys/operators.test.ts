/** Queries for operators: the account of a row, keys that need attention, usage of keys, rows without an owner. */
import { TABS } from '../../src/http/graphiql-tabs';
import { canAsk } from '../harness/among-shards';
import { query as sql } from '../harness/sql';
import { setupTwoTenants } from '../harness/setup-tenants';

const tenants = setupTwoTenants();
const { acme, globex, master } = tenants;

interface Made {
  readonly apiKey: { readonly id: string };
  readonly secret: string;
}

async function makeKey(name: string, expiresInDays: number): Promise<Made> {
  const { createApiKey } = await tenants.acme.ask<{ createApiKey: Made }>(
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } secret } }',
    { input: { name, expiresInDays, role: 'ADMINISTRATOR' } },
  );
  return createApiKey;
}

async function makeTool(name: string, metadata: object = {}): Promise<string> {
  const { createTool } = await tenants.acme.ask<{ createTool: { id: string } }>(
    'mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }',
    { input: { name, metadata } },
  );
  return createTool.id;
}

it.each(TABS.map((tab) => [/query (\w+)/.exec(tab.query)?.[1], tab] as const))(
  'the GraphiQL tab %s works for an operator',
  async (_name, { query, variables }) => {
    const dated = variables.replace(/@(today|yesterday)/, new Date().toISOString());
    const given = { ...(JSON.parse(dated) as object), ...(query.includes('$id') && { id: tenants.acme.accountId }) };
    expect((await tenants.master.send(query, given)).errors).toEqual([]);
  },
);

describe('explainAccess', () => {
  const EXPLAIN =
    'query ($id: ID!) { explainAccess(id: $id) { resourceType accountId deletedAt explanation account { slug } keys { id name } } }';

  it('returns the account of a row, deleted or not, and the keys that may read it', async () => {
    const id = await makeTool('asked about');
    const live = await master.ask<{ explainAccess: { explanation: string; keys: object[] } }>(EXPLAIN, { id });
    expect(live.explainAccess).toMatchObject({
      resourceType: 'Tool',
      accountId: acme.accountId,
      deletedAt: null,
      account: { slug: acme.slug },
    });
    expect(live.explainAccess.keys).toContainEqual({ id: expect.any(String), name: 'primary' });
    expect(live.explainAccess.explanation).toContain(`The keys of ${acme.slug} that can see it`);
    await acme.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id });
    const gone = await master.ask<{ explainAccess: { explanation: string } }>(EXPLAIN, { id });
    expect(gone.explainAccess).toMatchObject({ deletedAt: expect.any(String) });
    expect(gone.explainAccess.explanation).toContain('a deleted Tool');
    const none = await master.ask(EXPLAIN, { id: '018f0000-0000-7000-8000-000000000000' });
    expect(none).toMatchObject({ explainAccess: { resourceType: null, accountId: null, keys: [], account: null } });
    expect(await master.ask(EXPLAIN, { id: 'no id' })).toMatchObject({ explainAccess: { resourceType: null } });
    expect(await master.ask(EXPLAIN, { id: acme.accountId })).toMatchObject({
      explainAccess: { resourceType: 'Account' },
    });
    expect((await acme.send(EXPLAIN, { id })).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('lists only those keys whose role and restrictions let them see the row', async () => {
    const owned =
      'mutation { tool: createTool(input: { name: "owned by a team", metadata: { owner: { team: "support" } } }) { id } }';
    const { id } = (await acme.ask<{ tool: { id: string } }>(owned)).tool;
    const other = await makeTool('of nobody');
    const create = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
    const rights: Record<string, object> = {
      'sees all': {},
      'sees agents': { resourceTypes: ['agents'] },
      'sees the team': { ownerTeams: ['support'] },
      'sees another team': { ownerTeams: ['sales'] },
      'sees the row': { rowIds: [id] },
      'sees another row': { rowIds: [other] },
    };
    for (const [name, input] of Object.entries(rights))
      await acme.ask(create, { input: { name, role: 'VIEWER', ...input } });
    const { explainAccess } = await master.ask<{ explainAccess: { keys: { name: string }[] } }>(EXPLAIN, { id });
    const names = explainAccess.keys.map(({ name }) => name).filter((name) => name.startsWith('sees'));
    expect(names.sort()).toEqual(['sees all', 'sees the row', 'sees the team']);
  });

  it('is audited for the account of the row', async () => {
    const id = await makeTool('explained');
    await tenants.master.ask(EXPLAIN, { id }, { 'x-request-id': 'explained' });
    const found = await tenants.acme.ask(
      '{ accountAccess(filter: { requestId: { equals: "explained" } }) { nodes { fields } } }',
    );
    expect(found).toEqual({ accountAccess: { nodes: [{ fields: ['explainAccess'] }] } });
  });
});

describe('keys that need attention', () => {
  it('are listed if unused for long or about to expire, for their account only', async () => {
    const idle = await makeKey('idle', 365);
    const short = await makeKey('short', 3);
    await sql(
      tenants.database.superuserUrl,
      "UPDATE api_key SET created_at = now() - interval '91 days' WHERE id = $1",
      [idle.apiKey.id],
    );
    const query = '{ staleApiKeys { id } expiringApiKeys { id } }';
    const own = { staleApiKeys: [{ id: idle.apiKey.id }], expiringApiKeys: [{ id: short.apiKey.id }] };
    expect(await acme.ask(query)).toEqual(own);
    expect(await globex.ask(query)).toEqual({ staleApiKeys: [], expiringApiKeys: [] });
    expect(await master.ask(query)).toEqual(own);
    const rotated = await acme.ask<{ rotateApiKey: { replaced: { id: string } } }>(
      'mutation ($id: ID!) { rotateApiKey(id: $id, graceSeconds: 60) { replaced { id } } }',
      { id: idle.apiKey.id },
    );
    expect(await acme.ask(query)).toEqual({
      staleApiKeys: [],
      expiringApiKeys: [{ id: rotated.rotateApiKey.replaced.id }, { id: short.apiKey.id }],
    });
  });
});

describe('viewer', () => {
  const warningsOf = async (key: string): Promise<string> => {
    const { viewer } = await tenants.client(key).ask<{ viewer: { warnings: string[] } }>('{ viewer { warnings } }');
    return viewer.warnings.join('\n');
  };

  it('warns about a key that expires soon, was rotated, or is not the newest of its name', async () => {
    expect(await warningsOf(acme.key)).toBe('');
    const soon = await makeKey('soon', 5);
    expect(await warningsOf(soon.secret)).toMatch(/expires within 5 day/);
    const { rotateApiKey } = await acme.ask<{ rotateApiKey: Made }>(
      'mutation ($id: ID!) { rotateApiKey(id: $id) { apiKey { id } secret } }',
      { id: soon.apiKey.id },
    );
    expect(await warningsOf(soon.secret)).toContain(`replaced by the key ${rotateApiKey.apiKey.id}`);
    const older = await makeKey('twin', 100);
    const newer = await makeKey('twin', 100);
    expect(await warningsOf(older.secret)).toContain(`${newer.apiKey.id} is`);
    expect(await warningsOf(newer.secret)).toBe('');
    expect(await warningsOf(master.key)).toContain('This is a master key');
  });

  it("warns the keys of an account about its unused keys, and no other account's keys", async () => {
    const forgetful = await tenants.createAccount('forgetful');
    const { createApiKey } = await forgetful.ask<{ createApiKey: Made }>(
      'mutation { createApiKey(input: { name: "forgotten", role: ADMINISTRATOR, expiresInDays: 365 }) { apiKey { id } secret } }',
    );
    await sql(
      tenants.database.superuserUrl,
      "UPDATE api_key SET created_at = now() - interval '91 days' WHERE id = $1",
      [createApiKey.apiKey.id],
    );
    expect(await warningsOf(forgetful.key)).toBe(
      '1 key(s) of this account were not used for 90 days: staleApiKeys lists them. Revoke those that nobody needs.',
    );
    expect(await warningsOf(acme.key)).toBe('');
    await forgetful.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: createApiKey.apiKey.id });
    expect(await warningsOf(forgetful.key)).toBe('');
  });

  it('warns about a master key that is used for one account', async () => {
    const { createMasterKey } = await master.ask<{ createMasterKey: { secret: string } }>(
      'mutation { createMasterKey(input: { name: "busy" }) { secret } }',
    );
    const busy = tenants.client(createMasterKey.secret);
    for (let time = 0; time < 10; time += 1) {
      expect(await warningsOf(busy.key)).not.toContain(acme.slug);
      await busy.ask('query ($a: ID) { tools(accountId: $a) { nodes { id } } }', { a: acme.accountId });
    }
    expect(await warningsOf(busy.key)).toContain(`were all for the account ${acme.slug}`);
    await busy.ask('{ tools { nodes { id } } }');
    expect(await warningsOf(busy.key)).not.toContain(acme.slug);
  });
});

describe('the access review', () => {
  it('recommends the least-privileged role that covers the use of each key, with evidence, for its own account only', async () => {
    const { gateway } = tenants;
    const keys = {
      VIEWER: await makeKey('reads', 90),
      CREATOR: await makeKey('writes', 90),
      ADMINISTRATOR: await makeKey('manages', 90),
    };
    for (const { secret } of Object.values(keys)) await tenants.client(secret).ask('{ tools { nodes { id } } }');
    for (const { secret } of [keys.CREATOR, keys.ADMINISTRATOR])
      await tenants.client(secret).ask(`mutation { createTool(input: { name: "${secret.slice(-8)}" }) { id } }`);
    await tenants
      .client(keys.ADMINISTRATOR.secret)
      .ask('mutation { createApiKey(input: { name: "made", role: ADMINISTRATOR }) { secret } }');
    await gateway.flushCounters();
    const query =
      '{ accessReview(first: 100) { nodes { apiKey { id name } leastRole recommendation evidence { action resource count lastAt } } } }';
    interface Review {
      readonly apiKey: { readonly id: string };
      readonly leastRole: string | null;
      readonly evidence: readonly object[];
    }
    const { accessReview } = await acme.ask<{ accessReview: { nodes: Review[] } }>(query);
    for (const [role, { apiKey }] of Object.entries(keys)) {
      expect(accessReview.nodes.find((review) => review.apiKey.id === apiKey.id)).toMatchObject({ leastRole: role });
    }
    const admin = accessReview.nodes.find((review) => review.apiKey.id === keys.ADMINISTRATOR.apiKey.id);
    expect(admin?.evidence).toContainEqual({
      action: 'ADMIN',
      resource: 'ApiKey',
      count: 1,
      lastAt: expect.any(String),
    });
    const { text } = await globex.send(query);
    for (const { apiKey } of Object.values(keys)) expect(text).not.toContain(apiKey.id);
  });

  it('lists rows without an owner, for its own account only', async () => {
    const owned = await makeTool('owned', { owner: { team: 'support', email: 'a@b.example' } });
    const orphan = await makeTool('orphan', { other: 1 });
    const { unownedResources } = await acme.ask<{ unownedResources: { id: string; cursor: string }[] }>(
      '{ unownedResources { id cursor resourceType name accountId } }',
    );
    expect(unownedResources).toContainEqual(
      expect.objectContaining({ id: orphan, resourceType: 'Tool', name: 'orphan', accountId: acme.accountId }),
    );
    expect(unownedResources.map(({ id }) => id)).not.toContain(owned);
    const [first, second] = unownedResources;
    const page = await acme.ask('query ($after: String) { unownedResources(first: 1, after: $after) { id } }', {
      after: first?.cursor,
    });
    expect(page).toEqual({ unownedResources: [{ id: second?.id }] });
    expect((await globex.send('{ unownedResources { id } }')).text).not.toContain(orphan);
  });

  it('lists none once every row has an owner, including keys', async () => {
    const list = '{ unownedResources { id resourceType } }';
    const { unownedResources } = await acme.ask<{ unownedResources: { id: string; resourceType: string }[] }>(list);
    expect(new Set(unownedResources.map(({ resourceType }) => resourceType))).toEqual(new Set(['ApiKey', 'Tool']));
    const input = { metadata: { owner: { team: 'support', email: 'a@b.example' } } };
    for (const { id, resourceType } of unownedResources) {
      const update = `mutation ($id: ID!, $input: Update${resourceType}Input!) { update${resourceType}(id: $id, input: $input) { name version metadata } }`;
      await acme.ask(update, { id, input });
    }
    expect(await acme.ask(list)).toEqual({ unownedResources: [] });
    const owned =
      '{ apiKeys(filter: { metadata: { path: ["owner", "team"], equals: "support" } }) { nodes { name metadata } } }';
    const { apiKeys } = await acme.ask<{ apiKeys: { nodes: object[] } }>(owned);
    expect(apiKeys.nodes).toContainEqual({ name: 'primary', ...input });
    const [primary] = unownedResources;
    const stale =
      'mutation ($id: ID!) { updateApiKey(id: $id, input: { name: "other" }, expectedVersion: 1) { name } }';
    expect((await acme.send(stale, { id: primary?.id })).errors).toMatchObject([
      { extensions: { code: 'VERSION_CONFLICT' } },
    ]);
  });
});

describe('accounts', () => {
  it('are listed with counts, with as many statements for two as for ten', async () => {
    const { gateway } = tenants;
    const statementsFor = async (first: number): Promise<number> => {
      const before = gateway.database.counts.statements;
      await master.ask(
        'query ($first: Int) { accounts(first: $first) { nodes { slug counts { resourceType live } } } }',
        { first },
      );
      return gateway.database.counts.statements - before;
    };
    for (let one = 0; one < 8; one += 1) await tenants.createAccount(`counted-${one}`);
    if (canAsk('one statement for rows of several accounts'))
      expect(await statementsFor(10)).toBe(await statementsFor(2));
    const { accounts } = await master.ask<{ accounts: { nodes: { counts: object[] }[] } }>(
      'query ($slug: String) { accounts(filter: { slug: { equals: $slug } }) { nodes { counts { resourceType live } } } }',
      { slug: tenants.globex.slug },
    );
    expect(accounts.nodes[0]?.counts).toContainEqual({ resourceType: 'ApiKey', live: 1 });
  });

  it('have unique slugs, and lifecycle changes that need a master key', async () => {
    const create = 'mutation ($slug: String!) { createAccount(input: { slug: $slug, name: "x" }) { account { id } } }';
    expect((await master.send(create, { slug: acme.slug })).errors).toMatchObject([
      { extensions: { code: 'CONFLICT' } },
    ]);
    for (const field of ['suspendAccount', 'reactivateAccount', 'closeAccount', 'restoreAccount']) {
      const { errors } = await acme.send(`mutation ($id: ID!) { ${field}(id: $id) { id } }`, { id: acme.accountId });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });
});
