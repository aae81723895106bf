/** Measures how a flood of refused requests of one account slows down another account. */
import { formatKey, newSecret, parseKey } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { ONE_OF_EACH } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { percentile } from '../harness/statistics';

const FLOOD = 10_000;
const SENDERS = 16;
const PROBES = 300;

const CREATE =
  'mutation ($slug: String!) { createAccount(input: { slug: $slug, name: $slug }) { account { id } secret } }';
const DENIALS =
  'query ($id: ID!) { auditDenials(accountId: $id, first: 100) { totalCount nodes { code field count } } }';

interface CreatedAccount {
  readonly createAccount: { readonly account: { readonly id: string }; readonly secret: string };
}
interface Denials {
  readonly auditDenials: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly code: string; readonly field: string; readonly count: number }[];
  };
}

type Send = (key: string, query: string, variables?: object) => Promise<{ status: number; text: string }>;

const sender =
  (port: number): Send =>
  async (key, query, variables = {}) => {
    const headers = { 'content-type': 'application/json', 'x-api-key': key, 'x-reason': 'a benchmark' };
    const body = JSON.stringify({ query, variables });
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body });
    return { status: answer.status, text: await answer.text() };
  };

/** Milliseconds, in ascending order. */
async function probe(send: Send, key: string, isFlooded: () => boolean): Promise<number[]> {
  const times: number[] = [];
  while (isFlooded() || times.length < PROBES) {
    const started = performance.now();
    const { status } = await send(key, '{ tools(first: 1) { nodes { id } } }');
    if (status !== 200) throw new Error(`The other account was refused with ${status}`);
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b);
}

const row = (name: string, times: readonly number[]): string[] => [
  name,
  `${times.length}`,
  ...[0.5, 0.95, 0.99].map((share) => percentile(times, share).toFixed(1)),
];

async function flood(send: Send, masterKey: string): Promise<Table> {
  const ask = async <Data>(query: string, variables: object): Promise<Data> => {
    const { text } = await send(masterKey, query, variables);
    return (JSON.parse(text) as { data: Data }).data;
  };
  const { createAccount: flooding } = await ask<CreatedAccount>(CREATE, { slug: 'flooding' });
  const { createAccount: other } = await ask<CreatedAccount>(CREATE, { slug: 'other' });
  const key = parseKey(flooding.secret);
  if (!key) throw new Error('The account has no key');
  const bad = formatKey({ ...key, secret: newSecret() });
  const kinds: readonly (() => [string, string, object])[] = [
    () => [flooding.secret, '{ accounts { totalCount } }', {}],
    () => [flooding.secret, 'query ($id: ID) { tools(accountId: $id) { totalCount } }', { id: other.account.id }],
    () => [flooding.secret, 'query ($id: ID!) { tool(id: $id) { id } }', { id: newId() }],
    () => [bad, '{ viewer { kind } }', {}],
  ];
  const before = await probe(send, other.secret, () => false);
  let sent = 0;
  let flooded = true;
  const started = performance.now();
  const senders = Array.from({ length: SENDERS }, async () => {
    while (sent < FLOOD) {
      const kind = kinds[sent % kinds.length];
      sent += 1;
      if (kind) await send(...kind());
    }
  });
  const during = probe(send, other.secret, () => flooded);
  await Promise.all(senders);
  flooded = false;
  const seconds = (performance.now() - started) / 1000;
  const times = await during;
  const { auditDenials } = await ask<Denials>(DENIALS, { id: flooding.account.id });
  const counted = auditDenials.nodes.reduce((sum, { count }) => sum + count, 0);
  const theirs = await ask<Denials>(DENIALS, { id: other.account.id });
  return {
    summary: `${FLOOD} denials in ${seconds.toFixed(1)} s, ${SENDERS} at a time: ${counted} counted in ${auditDenials.totalCount} rows, ${theirs.auditDenials.totalCount} in the other account`,
    head: ['the other account', 'requests', 'median ms', 'p95 ms', 'p99 ms'],
    rows: [row('without the flood', before), row('during the flood', times)],
    page: 'docs/audit.md',
  };
}

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster(ONE_OF_EACH);
  const gateway = await harness.launchGateway(cluster, { RATE_LIMIT_FAILURES: '0', RATE_LIMIT_KEY: '0' });
  return [await flood(sender(gateway.port), cluster.masterKey)];
}

export const benchmark: Benchmark = { description: 'a flood of denials, and how it slows another account', run };
