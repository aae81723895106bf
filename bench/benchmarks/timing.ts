/**
 * Measures whether time reveals information: whether a refusal takes longer or shorter for something that exists in
 * another account than for something that exists nowhere. Requests alternate over HTTP and are compared with the
 * statistic of harness/paired-difference.ts. Own rows have longer answers, so they may differ.
 */
import { join } from 'node:path';
import type { Benchmark, Table } from '../harness/benchmark';
import type { BenchAccount } from '../dataset/dataset';
import type { Harness } from '../harness/harness';
import { isDifferent, pairedDifference } from '../harness/paired-difference';
import { median } from '../harness/statistics';
import { groupsFor, type Group, type Holder } from '../timing/groups';
import { measureTurns, type Measured } from '../timing/turns';

const TURNS = 10_000;
const SIZE = { accounts: 20, agents: 50, tools: 100, toolsOfAgent: 1, schedules: 50, runs: 50 };
const NAMES = 100;
const NO_LIMITS = {
  RATE_LIMIT_KEY: '0',
  RATE_LIMIT_ACCOUNT: '0',
  RATE_LIMIT_ADDRESS: '0',
  RATE_LIMIT_FAILURES: '0',
  RATE_LIMIT_REFUSALS: '0',
};

const TOOLS = '{ tools(first: 100) { edges { cursor node { id } } } }';
const CREATE = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';

interface Tools {
  readonly tools: { readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[] };
}

async function holder(port: number, { id, key }: BenchAccount, word: string): Promise<Holder> {
  const ask = async <Data>(query: string, variables: object = {}): Promise<Data> => {
    const headers = { 'content-type': 'application/json', 'x-api-key': key };
    const body = JSON.stringify({ query, variables });
    const answer = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body });
    return ((await answer.json()) as { data: Data }).data;
  };
  const { tools } = await ask<Tools>(TOOLS);
  const toolNames = Array.from({ length: NAMES }, (_, index) => `${word} ${index}`);
  for (const name of toolNames) await ask(CREATE, { name });
  const toolIds = tools.edges.map(({ node }) => node.id);
  return { accountId: id, key, toolIds, toolNames, cursors: tools.edges.map(({ cursor }) => cursor) };
}

const at = (times: readonly number[], share: number): string =>
  ([...times].sort((left, right) => left - right)[Math.floor(times.length * share)] ?? Number.NaN).toFixed(2);

/** Answers about own rows contain their data. */
function verdict(measured: Measured, unknown: Measured, different: boolean): string {
  const hasSameAnswers = [...measured.answers].every((answer) => unknown.answers.has(answer));
  const answers = hasSameAnswers ? 'the same answers' : 'other answers';
  return `${different ? 'another time' : 'the same time'}, ${answers}`;
}

function rowsOf({ name }: Group, [unknown, ...others]: readonly Measured[]): string[][] {
  if (!unknown) return [];
  const first = [name, unknown.name, median(unknown.times).toFixed(2), at(unknown.times, 0.95), '', ''];
  const rows = others.map((measured) => {
    const difference = pairedDifference(unknown.times, measured.times);
    const { meanMs, lowMs, highMs } = difference;
    return [
      '',
      measured.name,
      median(measured.times).toFixed(2),
      at(measured.times, 0.95),
      `${meanMs.toFixed(4)} (${lowMs.toFixed(4)} to ${highMs.toFixed(4)})`,
      verdict(measured, unknown, isDifferent(difference)),
    ];
  });
  return [first, ...rows];
}

async function run(harness: Harness): Promise<Table[]> {
  const turns = Number(harness.args[0] ?? TURNS);
  const cluster = await harness.createCluster(SIZE);
  const planted = ['--require', join(__dirname, '../ablation/planted-delay.js')];
  const gateway = await harness.launchGateway(cluster, NO_LIMITS, planted);
  const [left, right] = cluster.accounts;
  if (!left || !right) throw new Error('There are no two accounts');
  const foreign = await holder(gateway.port, left, 'foreign');
  const own = await holder(gateway.port, right, 'own');
  const rows: string[][] = [];
  for (const group of groupsFor(own, foreign)) {
    const measured = await measureTurns(gateway.port, group.kinds, turns, group.lanes);
    const found = rowsOf(group, measured);
    rows.push(...found);
    // Printed at once, because all measurements together take minutes.
    process.stderr.write(`${found.map((cells) => cells.join(' | ')).join('\n')}\n`);
  }
  return [
    {
      summary: `${turns} turns of each, in random order; the difference is the trimmed mean within turns, with a bootstrap interval of 99.9 %`,
      head: ['tried', 'which', 'median ms', 'p95 ms', 'longer than unknown, ms', 'found'],
      rows,
      page: 'docs/security.md',
    },
  ];
}

export const benchmark: Benchmark = {
  description: 'whether response times reveal what exists in another account',
  run,
};
