/** Two tenants and a master that all tests of a file share: created before the first test, closed after the last. */
import { createTwoTenants, type Client, type Tenant, type TestGatewayOptions, type TwoTenants } from './gateway';

const SETUP_TIMEOUT_MS = 60_000;

/** The client of a gateway that starts later. */
const lazyClient = (now: () => Client): Client => ({
  get key() {
    return now().key;
  },
  send: (query, variables, headers) => now().send(query, variables, headers),
  ask: (query, variables, headers) => now().ask(query, variables, headers),
});

const lazyTenant = (now: () => Tenant): Tenant => ({
  get key() {
    return now().key;
  },
  get accountId() {
    return now().accountId;
  },
  get slug() {
    return now().slug;
  },
  send: (query, variables, headers) => now().send(query, variables, headers),
  ask: (query, variables, headers) => now().ask(query, variables, headers),
});

/**
 * Call where hooks can be registered. Its properties can be used in hooks and tests.
 * @throws Error if a property is used earlier.
 */
export function setupTwoTenants(options: TestGatewayOptions = {}): TwoTenants {
  let started: TwoTenants | undefined;
  const now = (): TwoTenants => {
    if (!started) throw new Error('The tenants are there in hooks and tests only.');
    return started;
  };
  beforeAll(async () => {
    started = await createTwoTenants(options);
  }, SETUP_TIMEOUT_MS);
  afterAll(() => started?.close());
  return {
    get gateway() {
      return now().gateway;
    },
    get database() {
      return now().database;
    },
    get log() {
      return now().log;
    },
    master: lazyClient(() => now().master),
    acme: lazyTenant(() => now().acme),
    globex: lazyTenant(() => now().globex),
    client: (key) => now().client(key),
    createAccount: (slug) => now().createAccount(slug),
    fingerprint: (accountId) => now().fingerprint(accountId),
    close: () => now().close(),
  };
}
