/** A flood of refused requests of one account, and what another account feels of it. */
import { formatKey, newSecret, parseKey } from '../src/auth/key-format';
import { newId } from '../src/db/ids';
import { launchGateway } from './servers';
import { createBenchCluster } from './cluster';

const FLOOD = 10_000;
const SENDERS = 16;
const PROBES = 300;

/** An account that has one row of each kind. */
const SMALL = { accounts: 1, agents: 1, tools: 1, toolsOfAgent: 1, schedules: 1, runs: 0 };

const CREATE =
  'mutation ($slug: String!) { createAccount(input: { slug: $slug, name: $slug }) { account { id } secret } }';
const DENIALS =
  'query ($id: ID!) { auditDenials(accountId: $id, first: 100) { totalCount nodes { code field count } } }';

interface Made {
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

/** Milliseconds, sorted. */
async function probe(send: Send, key: string, goOn: () => boolean): Promise<number[]> {
  const times: number[] = [];
  while (goOn() || times.length < PROBES) {
    const started = performance.now();
    const { status } = await send(key, '{ tools(first: 1) { nodes { id } } }');
    if (status !== 200) throw new Error(`The neighbour was refused with ${status}`);
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b);
}

const at = (times: readonly number[], share: number): string =>
  (times[Math.floor(times.length * share)] ?? NaN).toFixed(1);
const told = (times: readonly number[]): string =>
  `${times.length} requests, median ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms, p99 ${at(times, 0.99)} ms`;

/** @returns lines of figures. */
async function flood(send: Send, masterKey: string): Promise<string> {
  const ask = async <Data>(query: string, variables: object): Promise<Data> => {
    const { text } = await send(masterKey, query, variables);
    return (JSON.parse(text) as { data: Data }).data;
  };
  const { createAccount: flooding } = await ask<Made>(CREATE, { slug: 'flooding' });
  const { createAccount: neighbour } = await ask<Made>(CREATE, { slug: 'neighbour' });
  const key = parseKey(flooding.secret);
  if (!key) throw new Error('The account has no key');
  const bad = formatKey({ ...key, secret: newSecret() });
  const kinds: readonly (() => [string, string, object])[] = [
    () => [flooding.secret, '{ accounts { totalCount } }', {}],
    () => [flooding.secret, 'query ($id: ID) { tools(accountId: $id) { totalCount } }', { id: neighbour.account.id }],
    () => [flooding.secret, 'query ($id: ID!) { tool(id: $id) { id } }', { id: newId() }],
    () => [bad, '{ viewer { kind } }', {}],
  ];
  const before = await probe(send, neighbour.secret, () => false);
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
  const during = probe(send, neighbour.secret, () => flooded);
  await Promise.all(senders);
  flooded = false;
  const seconds = (performance.now() - started) / 1000;
  const times = await during;
  const { auditDenials } = await ask<Denials>(DENIALS, { id: flooding.account.id });
  const counted = auditDenials.nodes.reduce((sum, { count }) => sum + count, 0);
  const theirs = await ask<Denials>(DENIALS, { id: neighbour.account.id });
  return [
    `${FLOOD} denials in ${seconds.toFixed(1)} s: ${counted} counted in ${auditDenials.totalCount} rows, ${theirs.auditDenials.totalCount} in the neighbour's account`,
    `the neighbour without the flood: ${told(before)}`,
    `the neighbour during the flood: ${told(times)}`,
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  const cluster = await createBenchCluster(SMALL);
  try {
    const unlimited = { RATE_LIMIT_FAILURES: '0', RATE_LIMIT_KEY: '0' };
    const gateway = await launchGateway({ ...cluster.environment, ...unlimited });
    process.stdout.write(await flood(sender(gateway.port), cluster.masterKey).finally(() => gateway.stop()));
  } finally {
    await cluster.close();
  }
}

void main();
