/** Master keys: everything they do is audited before it is answered, and the account concerned can read it. */
import { createTwoTenants, type Tenant } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';

const tenants = setupTwoTenants();
const { acme, globex, master } = tenants;

interface Entry {
  readonly fields: string[];
  readonly reason: string | null;
  readonly operationName: string | null;
  readonly requestId: string;
  readonly accountIds: string[];
  readonly allAccounts: boolean;
}

const ENTRY = 'id createdAt keyId keyName operationName fields reason address requestId';

async function platformEntries(requestId: string): Promise<Entry[]> {
  const { masterAccess } = await tenants.master.ask<{ masterAccess: { nodes: Entry[] } }>(
    `query ($id: String!) { masterAccess(filter: { requestId: { equals: $id } }) { nodes { ${ENTRY} accountIds allAccounts } } }`,
    { id: requestId },
  );
  return masterAccess.nodes;
}

async function entriesOf(tenant: Tenant, requestId: string): Promise<Entry[]> {
  const { accountAccess } = await tenant.ask<{ accountAccess: { nodes: Entry[] } }>(
    `query ($id: String!) { accountAccess(filter: { requestId: { equals: $id } }) { nodes { ${ENTRY} accountId } } }`,
    { id: requestId },
  );
  return accountAccess.nodes;
}

const CREATE_TOOL =
  'mutation Add($a: ID!, $name: String!) { createTool(accountId: $a, input: { name: $name }) { id } }';

describe('an operation of a master key', () => {
  it('is audited for every account whose rows were returned, and for no other', async () => {
    const quiet = await tenants.createAccount('quiet');
    for (const tenant of [acme, globex]) await tenant.ask('mutation { createTool(input: { name: "seen" }) { id } }');
    await master.ask(
      'query Everywhere { tools { nodes { id } } }',
      {},
      { 'x-request-id': 'all', 'x-reason': 'look around' },
    );
    const [entry, ...more] = await platformEntries('all');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      operationName: 'Everywhere',
      fields: ['tools'],
      reason: 'look around',
      address: '127.0.0.1',
      allAccounts: true,
    });
    expect(new Set(entry?.accountIds)).toEqual(new Set([acme.accountId, globex.accountId]));
    expect(await entriesOf(acme, 'all')).toMatchObject([{ accountId: acme.accountId, reason: 'look around' }]);
    expect(await entriesOf(quiet, 'all')).toEqual([]);
  });

  it('shows an account only the fields that concern it, for a query across accounts', async () => {
    const query = `query LookAtGlobex($a: ID, $b: ID) {
      agents(accountId: $a) { totalCount } more: tools(accountId: $b) { totalCount } }`;
    const variables = { a: acme.accountId, b: globex.accountId };
    await master.ask(query, variables, { 'x-request-id': 'several', 'x-reason': 'globex complained' });
    expect(await entriesOf(acme, 'several')).toMatchObject([{ fields: ['agents'], operationName: null, reason: null }]);
    expect(await entriesOf(globex, 'several')).toMatchObject([
      { fields: ['tools'], operationName: null, reason: null },
    ]);
    const [entry] = await platformEntries('several');
    expect(entry).toMatchObject({
      operationName: 'LookAtGlobex',
      reason: 'globex complained',
      fields: ['agents', 'tools'],
    });
    expect(new Set(entry?.accountIds)).toEqual(new Set([acme.accountId, globex.accountId]));
  });

  it('shows an account nothing that was meant for another one, for a mutation of several accounts', async () => {
    const change = `mutation PunishGlobex($a: ID!, $b: ID!) {
      createTool(accountId: $a, input: { name: "for acme" }) { id }
      revoked: createAgent(accountId: $b, input: { name: "for globex", type: A2A, a2aProfile: { url: "http://a.example" } }) { id } }`;
    const variables = { a: acme.accountId, b: globex.accountId };
    await master.ask(change, variables, { 'x-request-id': 'several-changes', 'x-reason': 'globex must pay' });
    expect(await entriesOf(acme, 'several-changes')).toMatchObject([
      { fields: ['createTool'], operationName: null, reason: null },
    ]);
    expect(await entriesOf(globex, 'several-changes')).toMatchObject([{ fields: ['createAgent'], reason: null }]);
    const events = await acme.send(
      '{ auditEvents(filter: { requestId: { equals: "several-changes" } }) { nodes { operationName reason actorKind } } }',
    );
    expect(events.data).toEqual({
      auditEvents: { nodes: [{ operationName: 'createTool', reason: null, actorKind: 'MASTER' }] },
    });
    const [platform] = await platformEntries('several-changes');
    expect(platform).toMatchObject({ operationName: 'PunishGlobex', reason: 'globex must pay' });
  });

  it.each([
    [
      'rows of several accounts by a list of representations',
      'query AskGlobex($all: [_Any!]!) { _entities(representations: $all) { __typename } }',
    ],
    [
      'rows of several accounts by a filter',
      'query AskGlobex($a: ID!, $b: ID!) { tools(filter: { id: { in: [$a, $b] } }) { nodes { id } } }',
    ],
    [
      'one row each by a filter of each field',
      `query AskGlobex($a: ID!, $b: ID!) {
        one: tools(filter: { id: { equals: $a } }) { nodes { id } } other: tools(filter: { id: { equals: $b } }) { nodes { id } } }`,
    ],
    [
      'a name in each of two filters',
      `query AskGlobex {
        one: tools(filter: { name: { equals: "only of acme" } }) { nodes { id } }
        other: tools(filter: { name: { equals: "only of globex" } }) { nodes { id } } }`,
    ],
  ])('shows an account nothing that was meant for another one, for %s', async (name, text) => {
    const create = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';
    const ids: string[] = [];
    for (const [tenant, of] of [
      [acme, 'acme'],
      [globex, 'globex'],
    ] as const)
      ids.push((await tenant.ask<{ createTool: { id: string } }>(create, { name: `${name} of ${of}` })).createTool.id);
    const requestId = name.replaceAll(' ', '-');
    const all = ids.map((id) => ({ __typename: 'Tool', id }));
    const declared = [...text.matchAll(/\$(\w+):/g)].map(([, variable]) => variable);
    const values = Object.entries({ a: ids[0], b: ids[1], all }).filter(([variable]) => declared.includes(variable));
    await master.ask(text.replaceAll('only of', `${name} of`), Object.fromEntries(values), {
      'x-request-id': requestId,
      'x-reason': 'globex complained',
    });
    for (const tenant of [acme, globex])
      expect(await entriesOf(tenant, requestId)).toMatchObject([{ operationName: null, reason: null }]);
    expect(await platformEntries(requestId)).toMatchObject([
      { operationName: 'AskGlobex', reason: 'globex complained' },
    ]);
  });

  it('in one account is audited only there, even for reads that find nothing', async () => {
    const query = 'query ($a: ID!) { agents(accountId: $a, filter: { name: { equals: "none" } }) { nodes { id } } }';
    await master.ask(query, { a: acme.accountId }, { 'x-request-id': 'one' });
    expect(await platformEntries('one')).toMatchObject([{ allAccounts: false, accountIds: [acme.accountId] }]);
    expect(await entriesOf(acme, 'one')).toHaveLength(1);
    expect(await entriesOf(globex, 'one')).toEqual([]);
  });

  it('is audited with the change itself, with one entry per transaction', async () => {
    await master.ask(CREATE_TOOL, { a: acme.accountId, name: 'by the operator' }, { 'x-request-id': 'change' });
    expect(await entriesOf(acme, 'change')).toMatchObject([{ operationName: 'Add', fields: ['createTool'] }]);
    expect(await platformEntries('change')).toHaveLength(1);
    const { data } = await master.send<{ createAccount: { account: { id: string } } }>(
      'mutation { createAccount(input: { slug: "recorded", name: "Recorded" }) { account { id } } }',
      {},
      { 'x-request-id': 'new-account' },
    );
    expect(await platformEntries('new-account')).toMatchObject([{ accountIds: [data.createAccount.account.id] }]);
  });

  it('is audited when it is refused, too', async () => {
    const refused = 'mutation ($a: ID!) { updateTool(accountId: $a, id: "x", input: { name: "y" }) { id } }';
    await master.send(refused, { a: acme.accountId }, { 'x-request-id': 'refused' });
    expect(await platformEntries('refused')).toMatchObject([{ fields: ['updateTool'], accountIds: [acme.accountId] }]);
  });

  it('fails, and stores and returns nothing, if its access entry cannot be written', async () => {
    await acme.ask('mutation { createTool(input: { name: "kept from view" }) { id } }');
    await query(tenants.database.superuserUrl, 'ALTER TABLE master_access RENAME TO gone');
    try {
      const read = await master.send('{ tools { nodes { name } } }');
      expect(read.text).not.toContain('kept from view');
      expect(read).toMatchObject({ status: 500, errors: [{ extensions: { code: 'INTERNAL' } }] });
      const write = await master.send(CREATE_TOOL, { a: acme.accountId, name: 'unlogged' });
      expect(write.errors.length).toBeGreaterThan(0);
    } finally {
      await query(tenants.database.superuserUrl, 'ALTER TABLE gone RENAME TO master_access');
    }
    expect(
      (
        await acme.ask<{ tools: { totalCount: number } }>(
          '{ tools(filter: { name: { equals: "unlogged" } }) { totalCount } }',
        )
      ).tools.totalCount,
    ).toBe(0);
  });

  it("is in a log that the gateway's roles cannot change", async () => {
    for (const url of [tenants.database.tenantUrl, tenants.database.operatorUrl]) {
      for (const table of ['master_access', 'account_access']) {
        for (const change of [`UPDATE ${table} SET reason = 'x'`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
          await expect(query(url, change)).rejects.toThrow(/permission denied/);
        }
      }
    }
  });

  it('is audited without naming other accounts', async () => {
    const { text } = await acme.send(`{ accountAccess(first: 100) { nodes { ${ENTRY} accountId } } }`);
    expect(text).not.toContain(globex.accountId);
    expect((await acme.send('{ masterAccess { nodes { id } } }')).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
  });
});

describe('a reason', () => {
  it('is required for every change of a master key, with 3 to 500 characters', async () => {
    const changes = [
      [CREATE_TOOL, { a: acme.accountId, name: 'x' }],
      ['mutation ($id: ID!) { suspendAccount(id: $id) { id } }', { id: acme.accountId }],
    ] as const;
    for (const [query, variables] of changes) {
      for (const reason of ['', '  ', 'ab']) {
        const { errors } = await master.send(query, variables, { 'x-reason': reason });
        expect(errors).toMatchObject([{ extensions: { code: 'REASON_REQUIRED' } }]);
      }
      const { errors } = await master.send(query, variables, { 'x-reason': 'x'.repeat(501) });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
    }
  });

  it('is required for reads, too, if the setting says so', async () => {
    const strict = await createTwoTenants({ database: tenants.database, settings: { MASTER_READ_REASON: true } });
    try {
      const without = await strict.master.send('{ tools { nodes { id } } }', {}, { 'x-reason': '' });
      expect(without.errors).toMatchObject([{ extensions: { code: 'REASON_REQUIRED' } }]);
      await strict.master.ask('{ tools { nodes { id } } }', {}, { 'x-reason': 'a ticket' });
      await strict.acme.ask('{ tools { nodes { id } } }', {}, { 'x-reason': '' });
    } finally {
      await strict.close();
    }
  });
});

interface NewMasterKey {
  readonly masterKey: { readonly id: string };
  readonly secret: string;
}

describe('master keys', () => {
  it('are named, expire and can be revoked, and the last valid one is kept', async () => {
    const { createMasterKey } = await master.ask<{ createMasterKey: NewMasterKey }>(
      'mutation { createMasterKey(input: { name: "Ada", expiresInDays: 7 }) { masterKey { id name status expiresAt preview } secret } }',
    );
    expect(createMasterKey.masterKey).toMatchObject({ name: 'Ada', status: 'ACTIVE' });
    const ada = tenants.client(createMasterKey.secret);
    await ada.ask('{ accounts { nodes { slug } } }');
    const { masterKeys } = await ada.ask<{ masterKeys: { nodes: { id: string; name: string; lastUsedAt: string }[] } }>(
      '{ masterKeys { nodes { id name status lastUsedAt createdBy } } }',
    );
    expect(masterKeys.nodes.find(({ name }) => name === 'Ada')?.lastUsedAt).toEqual(expect.any(String));
    const others = masterKeys.nodes.filter(({ name }) => name !== 'Ada').map(({ id }) => id);
    const revoke = 'mutation ($id: ID!) { revokeMasterKey(id: $id) { status revokedBy } }';
    for (const id of others) {
      const first = await ada.ask(revoke, { id });
      expect(first).toEqual({ revokeMasterKey: { status: 'REVOKED', revokedBy: createMasterKey.masterKey.id } });
      expect(await ada.ask(revoke, { id })).toEqual(first);
    }
    const { errors } = await ada.send(revoke, { id: createMasterKey.masterKey.id });
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
    expect((await tenants.acme.send('{ masterKeys { nodes { id } } }')).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
  });
});
