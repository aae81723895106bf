/** Every subscription with every role: the keys that may open it are those in docs/permissions.md. */
import { createKey } from '../access/keys';
import { permissionsIn, printedRows } from '../access/printed';
import { setupTwoTenants } from '../harness/setup-tenants';
import { EventSource } from './event-source';

const ROLES = ['VIEWER', 'RUNNER', 'CREATOR', 'ADMINISTRATOR'];
const SUBSCRIPTIONS = printedRows('operations').filter(([path = '']) => path.startsWith('Subscription.'));

let address: string;

const tenants = setupTwoTenants();

beforeAll(async () => {
  address = await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 });
});

/** @returns the permission that the key lacked, or null if its stream is open. */
async function opened(key: string, field: string): Promise<readonly string[] | null> {
  const source = await EventSource.open(address, { key, query: `subscription { ${field} { accountId } }` });
  try {
    await source.until(({ text }) => text.length > 0);
    const [refusal] = source.sent;
    return refusal ? (refusal.data?.errors?.[0]?.extensions['missingPermissions'] as string[]) : null;
  } finally {
    source.close();
  }
}

it.each(SUBSCRIPTIONS)('%s requires %s', async (path = '', asksFor = '', ...cells) => {
  const field = path.replace('Subscription.', '');
  for (const [index, role] of ROLES.entries()) {
    const { key } = await createKey(tenants, tenants.acme, { role });
    const lacking = await opened(key, field);
    expect({ role, may: lacking === null ? 'yes' : 'no' }).toEqual({ role, may: cells[index] });
    const asked = permissionsIn(
      asksFor,
      (lacking ?? []).map((each) => each.split(':')[0] ?? ''),
    );
    for (const permission of lacking ?? []) expect(asked).toContain(permission);
  }
});

it('a key that lacks one of the types in the audit log cannot open a stream of it, nested or aliased', async () => {
  const { key } = await createKey(tenants, tenants.acme, { role: 'ADMINISTRATOR', resourceTypes: ['audit'] });
  expect(await opened(key, 'events')).toContain('agents:read');
  expect(await opened(key, 'alias: events')).toContain('agents:read');
});
