/** Measures how long the most expensive bundles within the limits make other requests wait. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Lexer } from 'yaml';
import { NO_QUOTAS } from '../../src/db/quotas';
import { GatewayError } from '../../src/errors';
import { readBundle } from '../../src/promotion/bundle/bundle';
import { sectionsOf } from '../../src/promotion/bundle/sections';
import { planAgainst } from '../../src/promotion/plan/plan';
import { parseYaml } from '../../src/promotion/bundle/parse-yaml';
import { resources } from '../../src/resources';
import type { Benchmark, Table } from '../harness/benchmark';

const MAX_CHARACTERS = 2 * 1024 * 1024;
const MAX_TOKENS = 249_900;
const HEAD = 'schemaVersion: 1\n';

const tokensIn = (text: string): number => [...new Lexer().lex(text)].length;

/** A text of the given shape, nearly as long as the limits allow. */
function largest(shape: (size: number) => string): string {
  const [short, long] = [shape(100), shape(200)];
  const tokens = (tokensIn(long) - tokensIn(short)) / 100;
  const size = Math.min(MAX_TOKENS / tokens, (MAX_CHARACTERS / long.length) * 190);
  return shape(Math.floor(size) - 20);
}

const repeated = (count: number, itemAt: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => itemAt(index)).join('');
const commaSeparated = (count: number, itemAt: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => itemAt(index)).join(',');

const SHAPES: Readonly<Record<string, (size: number) => string>> = {
  'JSON: one wide list': (size) =>
    `{"schemaVersion":1,"tools":[{"name":"x","metadata":{"a":[${commaSeparated(size, () => '1')}]}}]}`,
  'JSON: one wide object': (size) =>
    `{"schemaVersion":1,"tools":[{"name":"x","metadata":{${commaSeparated(size, (index) => `"k${index}":1`)}}}]}`,
  'JSON: lists 60 levels deep': (size) =>
    `{"schemaVersion":1,"tools":[${commaSeparated(Math.ceil(size / 60), () => '['.repeat(60) + ']'.repeat(60))}]}`,
  'JSON: many tools': (size) =>
    `{"schemaVersion":1,"tools":[${commaSeparated(size, (index) => `{"name":"t${index}"}`)}]}`,
  'YAML: many tools': (size) => `${HEAD}tools:\n${repeated(size, (index) => `- name: t${index}\n`)}`,
  'YAML: many rows of many fields': (size) =>
    `${HEAD}tools:\n${repeated(Math.min(size, 5_000), (index) => `- name: t${index}\n  description: d\n  metadata: {a: 1, b: [x], c: {d: x}}\n`)}`,
  'YAML: agents that refer to nothing': (size) =>
    `${HEAD}agents:\n${repeated(Math.min(size, 5_000), (index) => `- name: t${index}\n  framework: LANGCHAIN\n  model: { provider: p, name: n }\n  tools: [a, b, c]\n`)}`,
  'YAML: a staircase': (size) =>
    HEAD +
    repeated(Math.ceil(size / 60), (index) => `k${index}:\n${repeated(59, (level) => `${' '.repeat(level + 1)}a:\n`)}`),
  'YAML: comments': (size) => `${HEAD}tools:\n${repeated(size, (index) => `# c\n- name: t${index} # d\n`)}`,
  'YAML: anchors': (size) => `${HEAD}tools:\n${repeated(size, (index) => `- &a${index} x\n`)}`,
  'YAML: aliases': (size) => `${HEAD}tools:\n- &a x\n${'- *a\n'.repeat(size)}`,
  'YAML: directives': (size) => `${'%A b\n'.repeat(size)}---\n${HEAD}`,
  'YAML: brackets that close nothing': (size) => `${HEAD}tools: [\n${'] '.repeat(size)}`,
  'YAML: one long text': () => `${HEAD}tools:\n- name: t\n  description: |\n${'    a\n'.repeat(340_000)}`,
  'YAML: one long escaped text': () => `${HEAD}tools:\n- name: "${'\\u0041'.repeat(340_000)}"\n`,
};

const sections = sectionsOf(resources);

async function handle(text: string): Promise<string> {
  try {
    const bundle = await readBundle(sections, text, '');
    const request = { accountId: '', bundle, prune: true, quotas: NO_QUOTAS, secretNames: [] };
    // At this point the gateway waits for the rows of the account.
    await new Promise((resolve) => setImmediate(resolve));
    const { plan } = await planAgainst(sections, request, { rows: new Map(), links: new Map(), accountIds: new Set() });
    return `planned, ${plan.changes.length} rows`;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return 'refused';
  }
}

const millisecondsOf = (work: () => void): number => {
  const start = performance.now();
  try {
    work();
  } catch {
    // Texts that are refused are measured as well.
  }
  return performance.now() - start;
};

async function run(): Promise<Table[]> {
  const rows: string[][] = [];
  for (const [name, shape] of Object.entries(SHAPES)) {
    const text = largest(shape);
    const parsing = millisecondsOf(() => parseYaml(text));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const outcome = await handle(text);
    await new Promise((resolve) => setTimeout(resolve, 50));
    delay.disable();
    const size = `${Math.round(text.length / 1024)} KB`;
    rows.push([name, size, parsing.toFixed(0), (delay.max / 1e6).toFixed(0), outcome]);
  }
  const head = ['text', 'size', 'parsing, ms', 'longest block, ms', 'outcome'];
  return [{ summary: 'one run each', head, rows, page: 'docs/promotion.md' }];
}

export const benchmark: Benchmark = { description: 'bundles designed to be expensive', run };
