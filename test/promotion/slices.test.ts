/** Large imports are planned in slices: other requests of the process are served in between. */
import { turnsWhile } from '../harness/turns';
import { resources } from '../../src/resources';
import { NO_QUOTAS } from '../../src/db/quotas';
import { readBundle } from '../../src/promotion/bundle/bundle';
import { printLists, printYaml } from '../../src/promotion/bundle/print-yaml';
import { sectionsOf } from '../../src/promotion/bundle/sections';
import { planAgainst } from '../../src/promotion/plan/plan';
import type { CurrentRow } from '../../src/promotion/plan/current-config';

const sections = sectionsOf(resources);
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

it('planning 5,000 rows does not block other requests', async () => {
  const tools = numbers(5_000).map((index) => ({ name: `Tool ${index}`, description: 'd'.repeat(300) }));
  const bundle = await readBundle(sections, JSON.stringify({ schemaVersion: 1, tools }), 'a');
  const rows = tools.map(({ name }, index): CurrentRow => ({
    id: `${index}`,
    version: 1,
    values: { id: `${index}`, accountId: 'a', name },
  }));
  const config = { rows: new Map([['Tool', rows]]), links: new Map(), accountIds: new Set(['a']) };
  const request = { accountId: 'a', bundle, prune: true, quotas: NO_QUOTAS, secretNames: [] };
  expect(await turnsWhile(() => planAgainst(sections, request, config))).toBeGreaterThan(5);
}, 60_000);

it('many identical schedules are matched with a map', async () => {
  const alike = (key: string) =>
    numbers(2_000).map((index) => ({ agent: 'a', cron: '0 9 * * *', timezone: 'UTC', input: { [key]: index } }));
  const text = JSON.stringify({ schemaVersion: 1, schedules: alike('new') });
  const bundle = await readBundle(sections, text, 'a');
  const rows = alike('old').map(({ input, cron, timezone }, index): CurrentRow => ({
    id: `${index}`,
    version: 1,
    values: { id: `${index}`, accountId: 'a', agentId: 'x', cron, timezone, input, enabled: true, metadata: {} },
  }));
  const agent = { id: 'x', version: 1, values: { id: 'x', accountId: 'a', name: 'a' } };
  const config = {
    rows: new Map([
      ['Agent', [agent]],
      ['Schedule', rows],
    ]),
    links: new Map(),
    accountIds: new Set(['a']),
  };
  const { plan } = await planAgainst(
    sections,
    { accountId: 'a', bundle, prune: false, quotas: NO_QUOTAS, secretNames: [] },
    config,
  );
  expect(plan.summary).toMatchObject({ create: 0, update: 2_000 });
}, 60_000);

it('printing a large export does not block other requests and produces the same text', async () => {
  const header = { schemaVersion: 1, complete: [] };
  const lists = {
    agents: numbers(40).map((index) => ({ name: `a${index}`, instruction: 'one\ntwo\n' })),
    tools: numbers(4_000).map((index) => ({ name: `t${index}`, tags: ['no'], metadata: { deep: { list: [1, [2]] } } })),
  };
  const printed: (string | null)[] = [];
  expect(await turnsWhile(async () => printed.push(await printLists(header, lists, 1_000_000)))).toBeGreaterThan(5);
  expect(printed).toEqual([printYaml({ ...header, ...lists })]);
}, 60_000);
