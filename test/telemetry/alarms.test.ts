/** The dashboard and the alarms: valid files about existing metrics, and a page for each alarm. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pino } from 'pino';
import { parse } from 'yaml';
import { Telemetry } from '../../src/telemetry/telemetry';
import { retentionMetrics } from '../../src/telemetry/retention-metrics';
import { FirstProcessMetrics } from '../../src/telemetry/worker-metrics';
import { testSettings } from '../harness/settings';
import { declaredNames } from './open-metrics';

const PROJECT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}
interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { name: string; rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy/grafana/dashboard.json')) as { title: string; panels: Panel[] };

const filesBelow = (folder: string): string[] =>
  readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file));

const PAGES = 'docs/operations/alarms';
const ALARM_PAGES = readdirSync(join(PROJECT, PAGES)).map((file) => join(PAGES, file));

const named = (expression: string): string[] => expression.match(/\b(?:portcullis|nodejs|process)_\w+/g) ?? [];

/** The metrics of a gateway, and those that the first process of several adds. */
async function answered(): Promise<Set<string>> {
  const settings = { ...testSettings, ADMIN_PORT: 0 };
  const telemetry = Telemetry.create({ settings, logger: pino({ level: 'silent' }), isForPeople: false });
  telemetry.metrics?.observe({
    inFlightBytes: () => 0,
    databaseCounts: () => ({ batches: 0, statements: 0, loads: 0, loadedKeys: 0 }),
    openStreams: () => 1,
    streamedEvents: () => 1,
    tailDelayMs: () => 1,
    revocationsKnownAt: () => performance.now(),
    isReady: async () => true,
    clockAheadMs: () => 0,
  });
  if (telemetry.metrics) retentionMetrics(telemetry.metrics.registry);
  const own = (await telemetry.metrics?.registry.metrics()) ?? '';
  return new Set([
    ...declaredNames(own),
    ...declaredNames(await new FirstProcessMetrics().withWorkers({ places: [], replacements: 0 })),
  ]);
}

test('every metric of an alarm or a panel is exported by a gateway', async () => {
  const names = await answered();
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  expect(expressions.length).toBeGreaterThan(25);
  for (const expression of expressions) {
    expect([expression, named(expression).length]).not.toEqual([expression, 0]);
    expect([expression, named(expression).filter((name) => !names.has(name))]).toEqual([expression, []]);
    expect([expression, expression.split('(').length]).toEqual([expression, expression.split(')').length]);
  }
});

test('every metric of the gateway is on the dashboard or in an alarm', async () => {
  const used = JSON.stringify([rules, dashboard]);
  const own = [...(await answered())].filter((name) => name.startsWith('portcullis_'));
  const bases = new Set(own.map((name) => name.replace(/_(bucket|sum|count)$/, '')));
  const unused = [...bases].filter((name) => !used.includes(name));
  // The metrics for connections without a request, and for requests including the time of their clients.
  expect(unused).toEqual(['portcullis_http_request_duration_seconds', 'portcullis_refused_connections_total']);
});

test('every metric of the gateway is explained, and every metric on a page exists', async () => {
  const names = await answered();
  const known = [...names].map((name) => name.replace(/_(bucket|sum|count)$/, ''));
  const own = new Set(known.filter((name) => name.startsWith('portcullis_')));
  const explained = read('docs/operations/telemetry.md');
  expect([...own].filter((name) => !explained.includes(`\`${name.replace('portcullis_', '')}\``))).toEqual([]);
  for (const page of ALARM_PAGES)
    expect([page, named(read(page)).filter((name) => !names.has(name) && !known.includes(name))]).toEqual([page, []]);
});

test('every log line that a page quotes exists in the gateway', () => {
  const sources = filesBelow('src').map(read).join('\n');
  const quoted = ALARM_PAGES.flatMap((page) =>
    read(page)
      .split('\n')
      .filter((line) => /\blog\b/i.test(line))
      .flatMap((line) => [...line.matchAll(/`([A-Z][a-z]* [^`]+)`/g)].map(([, words = '']) => words)),
  );
  expect(quoted.length).toBeGreaterThan(5);
  expect(quoted.filter((words) => !sources.includes(words))).toEqual([]);
});

test.each(rules.map((rule) => [rule.alert, rule] as const))('%s is complete and has a page', (alert, rule) => {
  expect(alert).toMatch(/^Portcullis[A-Z]\w+$/);
  expect(rule.for).toMatch(/^\d+m$/);
  expect(['critical', 'warning', 'info']).toContain(rule.labels.severity);
  expect(rule.annotations.summary).not.toBe('');
  expect(rule.annotations.runbook).toBe(`docs/operations/alarms/${alert}.md`);
  const page = read(rule.annotations.runbook);
  expect(page.match(/^#+ .+$/gm)).toEqual([`# ${alert}`, '## What it means', '## How to investigate', '## What to do']);
});

test('every page belongs to an alarm, and panels have unique ids', () => {
  const pages = ALARM_PAGES.map((page) => basename(page, '.md'));
  expect(pages.sort()).toEqual(rules.map(({ alert }) => alert).sort());
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  expect(existsSync(join(PROJECT, 'deploy/prometheus/alerts.yml'))).toBe(true);
});
