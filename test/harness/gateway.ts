/** A gateway with a separate database, two accounts and a master key. */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { ensureMasterKey } from '../../src/db/setup/first-master-key';
import { newId } from '../../src/db/ids';
import { createGateway, type Gateway, type GatewayParts } from '../../src/gateway';
import type { RoleUrls } from '../../src/db/setup/migrate';
import type { Registry } from '../../src/resources';
import { createDatabase, secretOf, type TestDatabase } from './database';
import { testSettings } from './settings';
import { fingerprint } from './sql';

export interface Answer<Data = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body as sent, but without the request ids in errors, for byte-by-byte comparisons. */
  readonly text: string;
  readonly data: Data;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: (string | number)[];
    readonly extensions: { readonly code: string } & Record<string, unknown>;
  }[];
}

/** A client with a key. */
export interface Client {
  readonly key: string;
  /** Sends an operation and returns the answer, even if it has errors. */
  send<Data = Record<string, never>>(
    query: string,
    variables?: object,
    headers?: Record<string, string>,
  ): Promise<Answer<Data>>;
  /** Sends an operation that must succeed and returns its data. */
  ask<Data = Record<string, never>>(query: string, variables?: object, headers?: Record<string, string>): Promise<Data>;
}

export interface Tenant extends Client {
  readonly accountId: string;
  readonly slug: string;
}

/** A gateway with a database and a master key, and no accounts yet. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly database: TestDatabase;
  /** The gateway's log, one parsed line each. */
  readonly log: Record<string, unknown>[];
  readonly master: Client;
  client(key: string | null): Client;
  createAccount(slug: string): Promise<Tenant>;
  /**
   * A fingerprint of every row of an account, after buffered counts are stored, so that time alone changes none of
   * them.
   */
  fingerprint(accountId: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export interface TwoTenants extends TestGateway {
  readonly acme: Tenant;
  readonly globex: Tenant;
}

const CREATE_ACCOUNT =
  'mutation ($slug: String!) { createAccount(input: { slug: $slug, name: $slug }) { account { id } secret } }';

/**
 * Every error contains the id of its request, which is unique. Without it, equal answers are equal bytes.
 * @throws Error for an error that does not contain it.
 */
function withoutRequestId(body: string, errors: Answer['errors'], id: string): Pick<Answer, 'text' | 'errors'> {
  const anonymous = errors.map(({ extensions: { requestId, ...extensions }, ...error }) => {
    if (requestId !== id) throw new Error(`An error does not quote the request ${id}: ${body}`);
    return { ...error, extensions };
  });
  return { text: errors.length === 0 ? body : body.replaceAll(id, '<request id>'), errors: anonymous };
}

function clientOf(gateway: Gateway, key: string | null): Client {
  const send: Client['send'] = async <Data>(
    query: string,
    variables: object = {},
    headers: Record<string, string> = {},
  ) => {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: {
        'content-type': 'application/json',
        'x-reason': 'a test',
        ...(key === null ? {} : { 'x-api-key': key }),
        ...headers,
      },
      payload: JSON.stringify({ query, variables }),
    });
    const { data, errors = [] } = answer.json<{ data: Data; errors?: Answer['errors'] }>();
    const { statusCode: status, headers: answered, body } = answer;
    return { status, headers: answered, data, ...withoutRequestId(body, errors, String(answered['x-request-id'])) };
  };
  return {
    key: key ?? '',
    send,
    ask: async <Data>(query: string, variables?: object, headers?: Record<string, string>) => {
      const { data, errors } = await send<Data>(query, variables, headers);
      if (errors.length > 0) throw new Error(`The operation failed: ${JSON.stringify(errors)}`);
      return data;
    },
  };
}

export interface TestGatewayOptions {
  /** Resources other than the product's. */
  readonly registry?: Registry;
  readonly settings?: Partial<GatewayParts['settings']>;
  /** A database to use instead of a new one; it is then not dropped. */
  readonly database?: TestDatabase;
  /** Other URLs to connect with. */
  readonly urls?: Partial<RoleUrls>;
  /** The gateway's secret, for two gateways that must produce the same cursors. */
  readonly secret?: Buffer;
  /** Resolves the hosts of webhooks. */
  readonly resolveHost?: (name: string) => Promise<readonly string[]>;
}

/** Stores a log line. The cause of an INTERNAL error is also printed, because the answer does not contain it. */
function remember(log: Record<string, unknown>[], line: string): void {
  const entry = JSON.parse(line) as Record<string, unknown>;
  log.push(entry);
  const { fault, requestId } = entry;
  if (fault === undefined) return;
  const cause = typeof fault === 'string' ? fault : JSON.stringify(fault, null, 2);
  process.stderr.write(`INTERNAL ${String(requestId)} in ${expect.getState().currentTestName ?? 'a test'}: ${cause}\n`);
}

export async function startTestGateway({
  settings = {},
  database: given,
  urls,
  secret,
  registry,
  resolveHost = () => Promise.reject(new Error('No test asks DNS')),
}: TestGatewayOptions = {}): Promise<TestGateway> {
  const database = given ?? (await createDatabase());
  const log: Record<string, unknown>[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => remember(log, line) });
  const masterKey = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });
  await ensureMasterKey(database.ownerUrl, masterKey);
  const gateway = await createGateway({
    settings: { ...testSettings, ...settings },
    secret: secret ?? secretOf(database),
    logger,
    tenantUrl: database.tenantUrl,
    operatorUrl: database.operatorUrl,
    restrictedUrl: database.restrictedUrl,
    readinessMaxAgeMs: 0,
    ...urls,
    ...(registry && { registry }),
    resolveHost,
  });
  const master = clientOf(gateway, masterKey);
  return {
    gateway,
    database,
    log,
    master,
    client: (key) => clientOf(gateway, key),
    createAccount: async (slug) => {
      const made = await master.ask<{ createAccount: { account: { id: string }; secret: string } }>(CREATE_ACCOUNT, {
        slug,
      });
      const { account, secret: key } = made.createAccount;
      return { ...clientOf(gateway, key), accountId: account.id, slug };
    },
    fingerprint: async (accountId) => {
      await gateway.flushCounters();
      return fingerprint(database.superuserUrl, accountId);
    },
    close: async () => {
      await gateway.close();
      if (!given) await database.drop();
    },
  };
}

export async function createTwoTenants(options: TestGatewayOptions = {}): Promise<TwoTenants> {
  const testGateway = await startTestGateway(options);
  // Globex first: its rows sort before acme's, so that a leak shows on the first page.
  const globex = await testGateway.createAccount(`globex-${randomBytes(3).toString('hex')}`);
  const acme = await testGateway.createAccount(`acme-${randomBytes(3).toString('hex')}`);
  return { ...testGateway, acme, globex };
}
