/** Denials are counted in the caller's account, and a flood of them is one row. */
import { formatKey, newSecret, parseKey } from '../../src/auth/key-format';
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { createTool } from './harness';

const tenants = setupTwoTenants();
const { acme, globex } = tenants;

interface Denial {
  readonly code: string;
  readonly field: string;
  readonly count: number;
  readonly accountId: string;
}

async function denialsOf(client: Client): Promise<Denial[]> {
  const asked = '{ auditDenials(first: 100) { nodes { accountId keyId code field count requestId address } } }';
  return (await client.ask<{ auditDenials: { nodes: Denial[] } }>(asked)).auditDenials.nodes;
}

it('denials name the field and the code, for @masterOnly fields, other accounts, foreign ids and invalid keys', async () => {
  const foreign = await createTool(globex, 'theirs');
  await acme.send('{ alias: accounts { totalCount } }');
  await acme.send('query ($id: ID) { tools(accountId: $id) { totalCount } }', { id: globex.accountId });
  await acme.send('query ($id: ID!) { tool(id: $id) { id } }', { id: foreign });
  await acme.send('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id: foreign });
  await acme.send(
    'mutation ($ids: [ID!]) { createAgent(input: { name: "x", type: A2A, a2aProfile: { url: "http://a.example" }, toolIds: $ids }) { id } }',
    { ids: [foreign] },
  );
  const key = parseKey(acme.key);
  if (!key) throw new Error('acme has no key');
  await tenants.client(formatKey({ ...key, secret: newSecret() })).send('{ viewer { kind } }');
  const found = await denialsOf(acme);
  expect(new Set(found.map(({ code, field, accountId }) => `${code} ${field} ${accountId}`))).toEqual(
    new Set(
      [
        'FORBIDDEN accounts',
        'ACCOUNT_MISMATCH tools',
        'NOT_FOUND tool',
        'NOT_FOUND deleteTool',
        'BAD_USER_INPUT createAgent',
        'UNAUTHENTICATED authenticate',
      ].map((one) => `${one} ${acme.accountId}`),
    ),
  );
  expect(await denialsOf(globex)).toEqual([]);
});

it('denials of a flood, and of a flood of aliases, are counted in a bounded number of rows', async () => {
  const account = await tenants.createAccount('flooding');
  for (let n = 0; n < 40; n += 1) {
    const fields = Array.from({ length: 10 }, (_, alias) => `a${n}_${alias}: account(slug: "x") { id }`);
    await account.send(`{ ${fields.join(' ')} }`);
  }
  const found = await denialsOf(account);
  // At most two rows, in case a minute ends in the meantime.
  expect(found.length).toBeLessThanOrEqual(2);
  expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(400);
});
