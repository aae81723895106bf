/** Problems of a bundle are reported in plain English, with line and path, all at once. */
import { setupTwoTenants } from '../harness/setup-tenants';
import { Promoter } from './client';

const tenants = setupTwoTenants();
const acme = new Promoter(tenants.acme);

const HEAD = 'schemaVersion: 1\n';
const refusal = async (bundle: string) => (await acme.tryPlan(bundle)).errors[0];

it.each([
  [
    'a cron that begins with *',
    `${HEAD}schedules:\n  - agent: a\n    cron: */5 * * * *\n`,
    'Line 4: this is not YAML: a value that begins with * must be in quotes: "*/5 * * * *".',
  ],
  [
    'a cron of *',
    `${HEAD}schedules:\n  - agent: a\n    cron: * 5 * * *\n`,
    'Line 4: this is not YAML: a value that begins with * must be in quotes: "* 5 * * *".',
  ],
  [
    'an @',
    `${HEAD}tools:\n  - name: @x\n`,
    'Line 3: this is not YAML: a value that begins with @ must be in quotes: "@x".',
  ],
  [
    'a template',
    `${HEAD}tools:\n  - name: {{ .Values.name }}\n`,
    'Line 3: this is not YAML: {{ … }} and {% … %} must be filled in first; a bundle is not a template.',
  ],
  [
    'two documents',
    `${HEAD}tools: []\n---\n${HEAD}`,
    'Line 3: this is not YAML: a bundle is one document only; remove the line "---" and what does not belong to the bundle.',
  ],
  [
    'a tab',
    `${HEAD}tools:\n\t- name: x\n`,
    'Line 3: this is not YAML: the line is indented with a tab; YAML requires spaces.',
  ],
  [
    'a colon in a value',
    `${HEAD}tools:\n  - name: x\n    description: see: this\n`,
    'Line 4: this is not YAML: there is a second ": " in one line; put a value that contains ": " in quotes.',
  ],
  [
    'a quotation mark',
    `${HEAD}tools:\n  - name: "x\n`,
    'Line 4: this is not YAML: the quotation mark " is not closed.',
  ],
  [
    'a conflict of Git',
    `<<<<<<< HEAD\n${HEAD}=======\n${HEAD}>>>>>>> x\n`,
    'Line 1: this is not YAML: this is a conflict marker of Git; merge the file first.',
  ],
  [
    'an anchor',
    `${HEAD}tools:\n  - name: &x y\n`,
    'Line 3: anchors and aliases are not accepted: write the value out.',
  ],
  [
    'a number for a name',
    `${HEAD}tools:\n  - name: 123\n`,
    'The bundle, line 3, tools[0].name: is the number 123 here; write it in quotes: "123".',
  ],
  [
    'a version for a label',
    `${HEAD}tools:\n  - name: x\n    versionLabel: 1.0\n`,
    'The bundle, line 4, tools[0].versionLabel: is the number 1.0 here; write it in quotes: "1.0".',
  ],
  [
    'a boolean for a name',
    `${HEAD}tools:\n  - name: true\n`,
    'The bundle, line 3, tools[0].name: is the boolean true here; write it in quotes: "true".',
  ],
  [
    'a large number',
    `${HEAD}tools:\n  - name: big\n    metadata: {guild: 1234567890123456789}\n`,
    'Line 4, tools[0].metadata.guild: is the number 1234567890123456789, which a JSON number cannot hold exactly; send it as text: "1234567890123456789".',
  ],
  [
    'a large number in JSON',
    '{"schemaVersion":1,\n"tools":[{"name":"big","metadata":{"l":[1,9007199254740993]}}]}',
    'Line 2, tools[0].metadata.l[1]: is the number 9007199254740993, which a JSON number cannot hold exactly; send it as text: "9007199254740993".',
  ],
  [
    'an invalid cron',
    `${HEAD}schedules:\n  - agent: a\n    cron: 0 9 * 13 *\n`,
    'The bundle, line 4, schedules[0].cron: is not a cron expression: month 13: 1 to 12.',
  ],
])('%s', async (_what, bundle, message) => {
  expect(await refusal(bundle)).toMatchObject({ message, extensions: { code: 'BAD_USER_INPUT' } });
});

it('all problems are reported at once, each with line and path', async () => {
  const bundle = `${HEAD}tools:\n  - name: a\n    type: MAGIC\n    tags: x\n  - name: b\n    inputschema: {}\n  - name: a\nagents:\n  - name: c\n    framework: LANGCHAIN\n`;
  const error = await refusal(bundle);
  expect(error?.message.split('\n')).toEqual([
    'The bundle has 4 problems:',
    'line 4, tools[0].type: must be one of NATIVE, CUSTOM, not "MAGIC".',
    'line 5, tools[0].tags: must be a list.',
    expect.stringContaining('line 7, tools[1].inputschema: is not a known field'),
    'line 10, agents[0].model: is required for an agent of type CONFIG.',
  ]);
  expect(error?.extensions['problems']).toHaveLength(4);
});

const inNfd = (text: string): string => text.normalize('NFD');

describe('names', () => {
  it('are equal in every Unicode normalization form', async () => {
    const agent = (name: string): string =>
      `${HEAD}complete: [agents, tools, schedules]\nagents:\n  - name: ${name}\n    framework: LANGGRAPH\n    model: {provider: p, name: m}\n    tools: [${name}]\ntools:\n  - name: ${name}\nschedules:\n  - {agent: ${name}, cron: 0 9 * * *}\n`;
    expect(inNfd('Prüfer')).not.toBe('Prüfer');
    await acme.apply(agent('Prüfer'));
    const { summary } = await acme.plan(agent(inNfd('Prüfer')), { prune: true });
    expect(summary).toEqual({ create: 0, update: 0, unchanged: 3, delete: 0 });
    const CREATE = 'mutation ($n: String!) { createTool(input: { name: $n }) { name } }';
    const { errors } = await tenants.acme.send(CREATE, { n: inNfd('Prüfer') });
    expect(errors[0]?.extensions.code).toBe('CONFLICT');
    expect(await tenants.acme.ask(CREATE, { n: inNfd('Zöllner') })).toEqual({ createTool: { name: 'Zöllner' } });
    const FIND = 'query ($f: StringFilter!) { tools(filter: { name: $f }) { nodes { name } } }';
    for (const filter of [
      { equals: inNfd('Zöllner') },
      { contains: inNfd('öll') },
      { startsWith: inNfd('Zö') },
      { in: [inNfd('Zöllner')] },
    ])
      expect(await tenants.acme.ask(FIND, { f: filter })).toEqual({ tools: { nodes: [{ name: 'Zöllner' }] } });
  });

  it.each([
    'evil\u202etxt.exe',
    'a\u200bb',
    'a\u2066b',
    'a\u061cb',
    'a\u200fb',
    'a\ufeffb',
    'a\u00adb',
    'a\u2028b',
    'a\u3164b',
    'a\u{e0041}b',
    'ab\u200d',
  ])('must not contain invisible characters: %j', async (name) => {
    const { errors } = await tenants.acme.send('mutation ($n: String!) { createTool(input: { name: $n }) { id } }', {
      n: name,
    });
    expect([errors[0]?.extensions.code, errors[0]?.extensions.path]).toEqual(['BAD_USER_INPUT', ['input', 'name']]);
    expect(errors[0]?.message).toMatch(/invisible characters \(here U\+[0-9A-F]{4,5}\)/);
  });

  it.each(['👩‍💻 Developer', '❤️ Care', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 England', '1️⃣ First', 'العربية', 'हिन्दी', '👍🏽 ok'])(
    'may hold what is written in every script: %s',
    async (name) => {
      const CREATE = 'mutation ($n: String!) { createTool(input: { name: $n }) { name } }';
      expect(await tenants.acme.ask(CREATE, { n: name })).toEqual({ createTool: { name: name.normalize('NFC') } });
    },
  );
});
