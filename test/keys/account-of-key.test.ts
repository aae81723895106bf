/** Keys contain the id of their account and are looked up only there; keys of earlier releases still work. */
import { formatKey, newSecret, parseKey, type ParsedKey } from '../../src/auth/key-format';
import { startTestGateway, type Answer, type TestGateway } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';

const world = setupTwoTenants();
const WHO = '{ viewer { account { id } } }';

function ownKey(): ParsedKey {
  const key = parseKey(world.acme.key);
  if (!key) throw new Error('The key cannot be parsed');
  return key;
}

/** The answer of a gateway that has not seen the key. */
async function afresh<Result>(work: (gateway: TestGateway) => Promise<Result>): Promise<Result> {
  const gateway = await startTestGateway({ database: world.database });
  try {
    return await work(gateway);
  } finally {
    await gateway.close();
  }
}

it('a new key contains its account', () => {
  expect(ownKey().accountId).toBe(world.acme.accountId);
  expect(parseKey(world.globex.key)?.accountId).toBe(world.globex.accountId);
});

it('a key of an earlier release, without an account, is accepted as the same key', async () => {
  const { accountId: _, ...before } = ownKey();
  const ask = (gateway: TestGateway): Promise<unknown> => gateway.client(formatKey(before)).ask(WHO);
  const answer = { viewer: { account: { id: world.acme.accountId } } };
  expect([await ask(world), await afresh(ask)]).toEqual([answer, answer]);
});

it('a correct secret with the id of another account is refused like an unknown key, cached or not', async () => {
  const foreign = formatKey({ ...ownKey(), accountId: world.globex.accountId });
  const unknown = formatKey({ ...ownKey(), secret: newSecret() });
  const pair = async (gateway: TestGateway): Promise<Answer[]> => [
    await gateway.client(foreign).send(WHO),
    await gateway.client(unknown).send(WHO),
  ];
  await world.acme.ask(WHO);
  for (const [refused, other] of [await pair(world), await afresh(pair)]) {
    expect(refused?.status).toBe(401);
    expect(refused?.text).toBe(other?.text);
  }
  await world.acme.ask(WHO);
});

it('a master key contains no account', () => {
  const master = { kind: 'master', keyId: ownKey().keyId, secret: newSecret() } as const;
  expect(parseKey(formatKey(master))).toEqual(master);
  expect(parseKey(formatKey({ ...master, accountId: world.acme.accountId }))).toBeNull();
});
