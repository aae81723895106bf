/** Documents that are sent only by hash are distinguished by it when an Idempotency-Key is repeated. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, print } from 'graphql';
import { createTwoTenants, startTestGateway, type Answer, type TestGateway, type TwoTenants } from '../harness/gateway';
import { newFolder } from '../harness/run';

const DELETE = print(parse('mutation Delete($id: ID!) { deleteTool(id: $id) { id deletedAt } }'));
const RESTORE = print(parse('mutation Restore($id: ID!) { restoreTool(id: $id) { id deletedAt } }'));

let tenants: TwoTenants;
let testGateway: TestGateway;
const folder = newFolder();
beforeAll(async () => {
  await writeFile(join(folder, 'tools.graphql'), `${DELETE}\n${RESTORE}\n`);
  tenants = await createTwoTenants();
  testGateway = await startTestGateway({ database: tenants.database, settings: { TRUSTED_DOCUMENTS: folder } });
});
afterAll(async () => {
  await testGateway.close();
  await tenants.close();
});

async function run(text: string, id: string, key: string): Promise<Answer> {
  const sha256Hash = createHash('sha256').update(text).digest('hex');
  const answer = await testGateway.gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    payload: { variables: { id }, extensions: { persistedQuery: { version: 1, sha256Hash } } },
    headers: { 'x-api-key': tenants.acme.key, 'idempotency-key': key },
  });
  return answer.json();
}

it('an Idempotency-Key with the hash of another document is refused', async () => {
  const made = await tenants.acme.ask<{ createTool: { id: string } }>(
    'mutation { createTool(input: { name: "twice named" }) { id } }',
  );
  const { id } = made.createTool;
  const first = await run(DELETE, id, 'k');
  expect(first.data).toMatchObject({ deleteTool: { id, deletedAt: expect.any(String) } });
  expect(await run(DELETE, id, 'k')).toEqual(first);
  expect((await run(RESTORE, id, 'k')).errors.map(({ extensions }) => extensions.code)).toEqual(['CONFLICT']);
  expect((await run(RESTORE, id, 'other')).data).toEqual({ restoreTool: { id, deletedAt: null } });
});
