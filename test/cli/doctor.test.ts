/** doctor finds each common problem and its remedy; a small server simulates gateways with these problems. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { formatKey, newSecret } from '../../src/auth/key-format';
import type { Finding } from '../../src/cli/finding';
import { newId } from '../../src/db/ids';
import { runWithin } from './within';
import { newFolder } from '../harness/run';
import { listen } from '../harness/ports';

const DAY = 86_400_000;
const SLUG = 'acme-dev';

/** The problems of a simulated gateway. */
interface Trouble {
  readonly refusal?: { readonly code: string; readonly message: string };
  readonly kind?: 'MASTER';
  readonly slug?: string;
  /** How many milliseconds its clock is ahead. */
  readonly ahead?: number;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  readonly unknownOperation?: string;
  readonly storedSecrets?: readonly { resourceType: string; resourceName: string; path: string }[];
}

let trouble: Trouble = {};

function answerTo(query: string, operationName: string | undefined): object {
  const { refusal, kind, slug = SLUG, expiresAt = null, revokedAt = null, unknownOperation = 'nothing' } = trouble;
  if (refusal) return { errors: [{ message: refusal.message, extensions: { code: refusal.code } }] };
  if (operationName === 'PortcullisDoctor') {
    const isUnknown = new RegExp(`\\b${unknownOperation}\\b`).test(query);
    const code = isUnknown ? 'GRAPHQL_VALIDATION_FAILED' : 'OPERATION_RESOLUTION_FAILURE';
    return { errors: [{ message: 'x', extensions: { code } }] };
  }
  if (query.includes('viewer {')) {
    const account = kind === 'MASTER' ? null : { id: newId(), slug, name: slug };
    const key = { id: newId(), name: 'k', preview: 'pcl_live_0190…' };
    return { data: { viewer: { kind: kind ?? 'ACCOUNT', account, key, permissions: [], warnings: [] } } };
  }
  if (query.includes('storedSecrets')) return { data: { storedSecrets: trouble.storedSecrets ?? [] } };
  return {
    data: {
      accounts: { nodes: [], pageInfo: { hasNextPage: false } },
      apiKey: { expiresAt, revokedAt },
      masterKeys: { nodes: [{ expiresAt, revokedAt }] },
    },
  };
}

let server: Server;
let port: number;
const folder = newFolder();
beforeAll(async () => {
  server = createServer((request, response) => {
    void json(request).then((body) => {
      const sent = body as { query: string; operationName?: string };
      response.setHeader('date', new Date(Date.now() + (trouble.ahead ?? 0)).toUTCString());
      response.end(JSON.stringify(answerTo(sent.query, sent.operationName)));
    });
  });
  port = await listen(server);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

interface Diagnosis {
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
}

async function diagnose(found: Trouble, url?: string, ...args: string[]): Promise<{ code: number | null } & Diagnosis> {
  trouble = found;
  const profiles = join(folder, 'portcullis');
  mkdirSync(profiles, { recursive: true, mode: 0o700 });
  const key = formatKey({ kind: 'account', keyId: newId(), secret: newSecret() });
  const profile = { url: url ?? `http://127.0.0.1:${port}`, key, account: SLUG };
  writeFileSync(join(profiles, 'dev.json'), JSON.stringify(profile), { mode: 0o600 });
  const command = ['doctor', '--profile', 'dev', '--json', ...args];
  const { code, stdout } = await runWithin(command, { folder, env: { XDG_CONFIG_HOME: folder } });
  expect(stdout).not.toContain(key);
  return { code, ...(JSON.parse(stdout) as Diagnosis) };
}

it('doctor reports no problem if there is none', async () => {
  const { code, healthy, findings } = await diagnose({ expiresAt: new Date(Date.now() + 90 * DAY).toISOString() });
  expect([code, healthy, findings.filter(({ ok }) => !ok)]).toEqual([0, true, []]);
  const checks = findings.map(({ check }) => check);
  expect(checks).toEqual(['profile', 'address', 'connection', 'clock', 'key', 'kind', 'schema', 'expiry', 'secrets']);
});

const FAR = new Date(Date.now() + 90 * DAY).toISOString();
const NEAR = new Date(Date.now() + 3 * DAY).toISOString();

it.each<[string, Trouble, Finding['check'], RegExp, RegExp]>([
  [
    'a key that is expired, revoked or unknown',
    { refusal: { code: 'UNAUTHENTICATED', message: 'no' } },
    'key',
    /expired, revoked or unknown/,
    /keys create, keys rotate.*login --url http:\S+ --profile dev/,
  ],
  [
    'an account that is suspended',
    { refusal: { code: 'ACCOUNT_SUSPENDED', message: 'The account is suspended.' } },
    'key',
    /suspended/,
    /Ask the operators to reactivate/,
  ],
  [
    'a gateway that fails',
    { refusal: { code: 'UNAVAILABLE', message: 'The database does not answer.' } },
    'key',
    /does not answer/,
    /log, or ask its operators/,
  ],
  ['a key of the wrong kind', { kind: 'MASTER' }, 'kind', /is of kind master/, /login --url http:\S+ --profile dev/],
  [
    "another account's key",
    { slug: 'acme-prod' },
    'account',
    /saved for acme-dev.*for acme-prod/,
    /Save the profile again: portcullis login --url http:\S+ --profile dev/,
  ],
  [
    'a key that expires soon',
    { expiresAt: NEAR },
    'expiry',
    new RegExp(`ends soon, at ${NEAR}`),
    /keys rotate \S+ --profile dev/,
  ],
  [
    'a key whose grace period ends soon',
    { expiresAt: FAR, revokedAt: NEAR },
    'expiry',
    new RegExp(`ends soon, at ${NEAR}`),
    /keys rotate \S+ --profile dev/,
  ],
  ['a clock that is ahead', { ahead: 300_000 }, 'clock', /(299|300|301) seconds apart/, /with NTP/],
  ['a clock that is behind', { ahead: -300_000 }, 'clock', /(299|300|301) seconds apart/, /with NTP/],
  [
    'a secret that is stored in plain text',
    { storedSecrets: [{ resourceType: 'McpServer', resourceName: 'search', path: 'config.headers.Authorization' }] },
    'secrets',
    /1 secret is stored in plain text: McpServer "search": config\.headers\.Authorization\./,
    /updateMcpServer.*issue a new secret/,
  ],
  [
    'a gateway of an older release',
    { unknownOperation: 'UndoPlan' },
    'schema',
    /does not have 1 operations of this release: UndoPlan/,
    /Upgrade the older of the two/,
  ],
])('finds %s', async (_what, found, check, message, remedy) => {
  const { code, healthy, findings } = await diagnose(found);
  expect([code, healthy]).toEqual([1, false]);
  const [wrong] = findings.filter((finding) => !finding.ok && finding.check === check);
  expect(wrong).toEqual({
    check,
    ok: false,
    message: expect.stringMatching(message) as unknown,
    remedy: expect.stringMatching(remedy) as unknown,
  });
});

it('doctor reports an address where nothing listens, and one without TLS', async () => {
  const dead = await diagnose({}, 'http://127.0.0.1:1');
  expect(dead.findings.at(-1)).toMatchObject({
    check: 'connection',
    message: expect.stringContaining('cannot be reached at http://127.0.0.1:1/graphql') as unknown,
    remedy: expect.stringContaining('Start the gateway') as unknown,
  });
  const open = await diagnose({}, 'http://gateway.invalid');
  expect(open.findings.filter(({ ok }) => !ok).map(({ check, remedy }) => [check, remedy])).toEqual([
    ['address', 'Use an address with https.'],
    ['connection', expect.stringContaining('the right address')],
  ]);
});

it('doctor reports a key of another kind than expected', async () => {
  const { findings } = await diagnose({}, undefined, '--kind', 'master');
  expect(findings.find(({ check }) => check === 'kind')).toMatchObject({
    ok: false,
    message: expect.stringContaining('expected: master') as unknown,
  });
});
