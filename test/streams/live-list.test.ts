/** The example of a list that stays up to date. */
import { randomBytes } from 'node:crypto';
import { createLiveClient, showTools } from '../../examples/live-list';
import { createTool } from '../audit/harness';
import { eventually } from '../harness/eventually';
import { setupTwoTenants } from '../harness/setup-tenants';

const tenants = setupTwoTenants();
const { acme, globex } = tenants;

it('a list shows what others create, and nothing of another account', async () => {
  const { gateway } = tenants;
  const address = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const client = createLiveClient(`${address}/graphql`, acme.key);
  let shown: readonly string[] | null = null;
  const end = await showTools(client, (names) => (shown = names));
  await eventually(async () => shown !== null, 5_000);
  const name = `tool-${randomBytes(4).toString('hex')}`;
  await createTool(globex, `foreign-${name}`);
  await createTool(acme, name);
  await eventually(async () => (shown ?? []).includes(name), 5_000);
  expect(shown).toEqual([name]);
  end();
  client.stop();
});
