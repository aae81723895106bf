/** The queries of alarms and panels are valid PromQL and use labels and codes that a gateway's samples have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as PromQL from '@prometheus-io/lezer-promql' with { 'resolution-mode': 'import' };
import { parse } from 'yaml';
import { ERROR_TABLE } from '../../src/errors';
import { retentionMetrics } from '../../src/telemetry/retention-metrics';
import { FirstProcessMetrics } from '../../src/telemetry/worker-metrics';
import { loadPackage } from '../../src/util/load-package';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { seriesOf } from './open-metrics';

const { parser } = loadPackage('@prometheus-io/lezer-promql') as typeof PromQL;
const DEPLOY = join(__dirname, '../../deploy');
/** Labels that Prometheus adds, and those of the first process of several. */
const ADDED = ['job', 'instance', 'worker'];

interface Alerts {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
}
interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

const alerts = parse(readFileSync(join(DEPLOY, 'prometheus/alerts.yml'), 'utf8')) as Alerts;
const dashboard = JSON.parse(readFileSync(join(DEPLOY, 'grafana/dashboard.json'), 'utf8')) as Dashboard;
const EXPRESSIONS = [
  ...alerts.groups.flatMap(({ rules }) => rules),
  ...dashboard.panels.flatMap(({ targets }) => targets),
].map(({ expr }) => expr.replaceAll('$__rate_interval', '5m'));

let tenants: TwoTenants;
/** The labels of each metric that has a sample. */
const labels = new Map<string, Set<string>>();

/**
 * Makes every metric have samples: by requests, refusals and waits, or directly if it would take hours or other
 * components.
 */
async function fill(): Promise<void> {
  const { acme, gateway } = tenants;
  await Promise.all(Array.from({ length: 12 }, () => acme.ask('{ tools { nodes { id } } }')));
  await acme.send('{ accounts { nodes { id } } }');
  await tenants.client(null).send('{ tools { nodes { id } } }');
  const { metrics } = gateway.telemetry;
  if (!metrics) throw new Error('There are no metrics');
  metrics.waited('operations', 1, false);
  metrics.webhookAttempt('SUCCEEDED', 1);
  const retention = retentionMetrics(metrics.registry);
  retention.removed('RUNS', 1);
  retention.failed('RUNS');
  const workers = await new FirstProcessMetrics().withWorkers({ places: [], replacements: 0 });
  const denied = 'portcullis_denials_total{code="FORBIDDEN"}';
  await eventually(async () => seriesOf(await metrics.registry.metrics()).has(denied));
  for (const series of [...seriesOf(await metrics.registry.metrics()).keys(), ...seriesOf(workers).keys()]) {
    const [name = '', rest = ''] = series.split(/\{(.*)\}$/);
    const own = labels.get(name) ?? new Set();
    labels.set(name, own);
    for (const [, label = ''] of rest.matchAll(/(\w+)="/g)) own.add(label);
  }
}

beforeAll(async () => {
  tenants = await createTwoTenants({ settings: { ADMIN_PORT: 0 } });
  await fill();
});
afterAll(() => tenants.close());

/** The problems of an expression, a sentence each. */
function problemsOf(expression: string): string[] {
  const problems: string[] = [];
  const tree = parser.parse(expression);
  const text = ({ from, to }: { from: number; to: number }): string => expression.slice(from, to);
  const inside = (range: { from: number; to: number }, name: string): string[] => {
    const found: string[] = [];
    tree.iterate({
      ...range,
      enter: (node) => {
        if (node.name === name) found.push(text(node));
      },
    });
    return found;
  };
  /** The labels of all metrics that are named in a range. */
  const labelsIn = (range: { from: number; to: number }): string[] => [
    ...ADDED,
    ...inside(range, 'Identifier').flatMap((metric) => [...(labels.get(metric) ?? [])]),
  ];
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) problems.push(`no PromQL at ${node.from}`);
      if (node.name === 'Identifier' && !labels.has(text(node))) problems.push(`${text(node)} has no sample`);
      if (node.name !== 'AggregateExpr' && node.name !== 'VectorSelector') return;
      const known = labelsIn(node);
      const place = node.name === 'AggregateExpr' ? 'AggregateModifier' : 'LabelMatchers';
      const own = node.node.getChild(place);
      for (const label of own ? inside(own, 'LabelName') : [])
        if (!known.includes(label)) problems.push(`no sample has the label ${label}`);
    },
  });
  for (const [, code = ''] of expression.matchAll(/\bcode!?="([^"]*)"/g))
    if (code !== 'none' && !(code in ERROR_TABLE)) problems.push(`${code} is no code`);
  return problems;
}

test('every expression of alarms and panels is PromQL with existing labels and codes', () => {
  expect(EXPRESSIONS.length).toBeGreaterThan(40);
  expect(EXPRESSIONS.map((expression) => [expression, problemsOf(expression)])).toEqual(
    EXPRESSIONS.map((expression) => [expression, []]),
  );
});

test.each([
  ['sum by (reason) rate(portcullis_denials_total[5m]) >', 'no PromQL'],
  ['sum by (reason) (rate(portcullis_denials_total[5m]))', 'no sample has the label reason'],
  ['rate(portcullis_http_requests_total{state="200"}[5m])', 'no sample has the label state'],
  ['rate(portcullis_http_requests_total{code="OVERLOAD"}[5m])', 'OVERLOAD is no code'],
  ['rate(portcullis_requests_total[5m])', 'portcullis_requests_total has no sample'],
])('%s is detected', (expression, problem) => {
  expect(problemsOf(expression).join()).toContain(problem);
});
