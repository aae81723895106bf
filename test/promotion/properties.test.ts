/**
 * For any configuration, export-import-export is a fixed point, a plan is its effect, and a bundle never affects
 * another account.
 */
import fc from 'fast-check';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';
import { Promoter } from './client';

const tenants = setupTwoTenants();
const acme = new Promoter(tenants.acme);
const globex = new Promoter(tenants.globex);

const LINES = [
  '\n',
  ' ',
  '\t',
  ': ',
  '# ',
  '- ',
  '"',
  "'",
  '\u2028',
  '\u0085',
  'yes',
  'null',
  '0x1',
  '1e3',
  '~',
  '&a',
  '*a',
  '%',
  '|',
  '\\',
];
const piece = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom(...LINES));
// PostgreSQL cannot store the null character in any text.
const prose = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('').replaceAll('\0', ''));
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const word = prose.map((text) => text.replace(UNSEEN, '').normalize('NFC')).filter((text) => text.trim() !== '');
const name = fc.oneof(word, fc.constantFrom('null', 'true', '1', '- a', 'constructor', 'a: b', "it's", 'ünï'));

const leaf = fc.oneof(prose, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(
      word.filter((key) => key !== '__proto__'),
      tie('json'),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
}));
const object = fc.dictionary(
  word.filter((key) => key !== '__proto__'),
  json,
  { maxKeys: 3, noNullPrototype: true },
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

const tool = (own: string) =>
  fc.record({
    name: fc.constant(own),
    description: maybe(prose),
    tags: fc.array(prose, { maxLength: 2 }),
    metadata: object,
  });
const server = (own: string) =>
  fc.record({
    name: fc.constant(own),
    config: object.map((rest) => ({ ...rest, url: 'https://m.example/x' })),
    metadata: object,
  });

/** Rows that refer to each other by name; an agent delegates only to those before it, so that no cycle arises. */
const configuration = fc.uniqueArray(name, { minLength: 2, maxLength: 5 }).chain((names) =>
  fc.record({
    schemaVersion: fc.constant(1),
    complete: fc.constant(['agents', 'mcpServers', 'schedules', 'tools']),
    tools: fc.tuple(...names.map(tool)),
    mcpServers: fc.tuple(...names.map(server)),
    agents: fc.tuple(
      ...names.map((own, index) =>
        fc.record({
          name: fc.constant(own),
          instruction: maybe(prose),
          framework: fc.constantFrom('LANGCHAIN', 'GOOGLE_ADK'),
          model: fc.constant({ provider: 'openai', name: 'gpt' }),
          config: maybe(object),
          tools: fc.subarray(names),
          mcpServers: fc.subarray(names),
          subAgents: fc.subarray(names.slice(0, index)),
        }),
      ),
    ),
    schedules: fc.array(
      fc.record({
        agent: fc.constantFrom(...names),
        cron: fc.constantFrom('0 9 * * *', '*/5 * * * 1-5'),
        input: maybe(object),
        enabled: fc.boolean(),
      }),
      { maxLength: 4 },
    ),
  }),
);

/** Purges all rows of some accounts. */
const empty = async (...accounts: readonly { readonly accountId: string }[]): Promise<void> => {
  const ids = accounts.map(({ accountId }) => `'${accountId}'`).join(', ');
  const tables = ['schedule', 'agent', 'tool', 'mcp_server'];
  await query(
    tenants.database.superuserUrl,
    tables.map((table) => `DELETE FROM ${table} WHERE account_id IN (${ids})`).join('; '),
  );
};

/** The effects of the steps, regardless of their order. */
const replaces = { prune: true };

it('export, import, export is a fixed point in both formats, and importing twice changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(configuration, async (wanted) => {
      await empty(tenants.acme, tenants.globex);
      await acme.apply(JSON.stringify(wanted));
      const { yaml, json: tree } = await acme.bundle();
      const own = await tenants.fingerprint(tenants.acme.accountId);
      await globex.apply(yaml);
      const copy = await globex.bundle();
      expect(copy.yaml).toBe(yaml);
      expect(JSON.stringify(copy.json)).toBe(JSON.stringify(tree));
      const { summary } = await globex.plan(JSON.stringify(tree), replaces);
      expect(summary).toEqual({ create: 0, update: 0, unchanged: summary.unchanged, delete: 0 });
      expect((await globex.apply(yaml, replaces)).importId).toBeNull();
      expect(await tenants.fingerprint(tenants.acme.accountId)).toEqual(own);
      expect(yaml).not.toContain(tenants.acme.accountId);
    }),
    { numRuns: 25 },
  );
}, 300_000);

it('an import does exactly what its plan says, and undo restores the previous state', async () => {
  await fc.assert(
    fc.asyncProperty(configuration, configuration, async (first, second) => {
      await empty(tenants.acme, tenants.globex);
      await acme.apply(JSON.stringify(first));
      const before = await acme.yaml();
      const bundle = JSON.stringify(second);
      const plan = await acme.plan(bundle, replaces);
      if (!plan.applicable) throw new Error(JSON.stringify([plan.conflicts, plan.missing]));
      const { data } = await acme.tryApply(bundle, plan.hash, replaces);
      expect(data.applyImport).toMatchObject({ changes: plan.changes, summary: plan.summary });
      const { counts, yaml } = await acme.bundle();
      const rows = counts.reduce((sum, { count }) => sum + count, 0);
      expect(rows).toBe(plan.summary.create + plan.summary.update + plan.summary.unchanged);
      await globex.apply(bundle);
      expect(yaml).toBe(await globex.yaml());
      if (data.applyImport.importId !== null) {
        expect((await acme.undo(data.applyImport.importId)).errors).toEqual([]);
      }
      expect(await acme.yaml()).toBe(before);
    }),
    { numRuns: 25 },
  );
}, 300_000);
