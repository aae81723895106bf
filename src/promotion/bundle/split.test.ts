/** Bundles in parts: every entry comes after those it refers to, and positions are those of the whole bundle. */
import { parse } from 'yaml';
import { resources } from '../../resources';
import { sectionsOf } from './sections';
import { splitBundle } from './split';

const sections = sectionsOf(resources);
const LIMITS = { bytes: 1_000, rows: 2, tokens: 1_000 };

const BUNDLE = `# written by hand
schemaVersion: 1
complete: [agents]
agents:
  - name: boss
    subAgents: [helper]
  - name: helper
    tools:
      - search
      - nowhere
schedules:
  - { agent: boss, cron: 0 9 * * * }
tools:
  - name: other
  - { name: search, description: "two\\nlines\\n" }
`;

const parts = (limits = LIMITS) => splitBundle(sections, BUNDLE, limits) ?? [];

it('every entry is in one part, after everything that it refers to', () => {
  const contents = parts().map(({ text }) => parse(text) as Record<string, unknown>);
  expect(contents).toEqual([
    {
      schemaVersion: 1,
      agents: [{ name: 'helper', tools: ['search', 'nowhere'] }],
      tools: [{ name: 'search', description: 'two\nlines\n' }],
    },
    { schemaVersion: 1, agents: [{ name: 'boss', subAgents: ['helper'] }], tools: [{ name: 'other' }] },
    { schemaVersion: 1, schedules: [{ agent: 'boss', cron: '0 9 * * *' }] },
  ]);
});

it('a position in a part is reported as the position in the whole bundle', () => {
  const [first, second, third] = parts();
  expect(first?.placeOf('agents[0].tools[1]')).toEqual({ path: 'agents[1].tools[1]', line: 10 });
  expect(third?.placeOf('schedules[0].cron')).toEqual({ path: 'schedules[0].cron', line: 12 });
  expect(second?.placeOf('tools[0]')).toEqual({ path: 'tools[0]', line: 14 });
});

it('knows which row is referred to, and which rows a part has', () => {
  const [first, second, third] = parts();
  expect(first?.referenceAt('agents[0].tools[1]')).toBe('Tool nowhere');
  expect(third?.referenceAt('schedules[0].agent')).toBe('Agent boss');
  expect(second?.referenceAt('agents[0].name')).toBeNull();
  expect(first?.names).toEqual(new Set(['Tool search', 'Agent helper']));
});

it.each([
  ['bytes', { ...LIMITS, rows: 100, bytes: 60 }],
  ['tokens', { ...LIMITS, rows: 100, tokens: 25 }],
])('parts respect the limit of %s', (_what, limits) => {
  expect(parts(limits).length).toBeGreaterThan(2);
});

it.each([
  ['a bundle within the limits', BUNDLE, { bytes: 10_000, rows: 100, tokens: 10_000 }],
  ['what is no bundle', 'a: 1\n', LIMITS],
  ['a section that is not a list', 'schemaVersion: 1\ntools: { a: 1 }\n', { ...LIMITS, bytes: 10 }],
])('%s is not split', (_what, text, limits) => {
  expect(splitBundle(sections, text, limits)).toBeNull();
});

it('a cycle is reported by the plan', () => {
  const circle =
    'schemaVersion: 1\nagents: [{ name: a, subAgents: [b] }, { name: b, subAgents: [c] }, { name: c, subAgents: [a] }]\n';
  expect(splitBundle(sections, circle, LIMITS)?.map(({ names }) => [...names])).toEqual([
    ['Agent c', 'Agent b'],
    ['Agent a'],
  ]);
});
