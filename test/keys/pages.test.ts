/** Every step on the operators' pages returns the printed answer. */
import { setupTwoTenants } from '../harness/setup-tenants';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGES = [
  'operations/operator-session.md',
  'isolation/resources-across-accounts.md',
  'isolation/cross-account-update-refused.md',
  'isolation/audit-trail-incomplete.md',
];
const STEP = /```graphql (\w+)\n([\s\S]*?)```\s+```json\n([\s\S]*?)```/g;

const tenants = setupTwoTenants();

/** The printed text with the values of earlier answers; new names are learned from the answer. */
function filled(printed: unknown, answered: unknown, known: Map<string, string>): unknown {
  if (printed === '…') return answered;
  if (typeof printed === 'string') {
    const [, name] = /^<(\w+)>$/.exec(printed) ?? [];
    if (name === undefined) return printed;
    if (!known.has(name)) known.set(name, String(answered));
    return known.get(name);
  }
  if (typeof printed !== 'object' || printed === null) return printed;
  const inner = new Map<string, unknown>(Object.entries(answered ?? {}));
  const entries = Object.entries(printed).map(([key, value]) => [key, filled(value, inner.get(key), known)] as const);
  return Array.isArray(printed) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

describe('a page for operators', () => {
  it.each(PAGES)('prints queries with their real answers: %s', async (page) => {
    const steps = [...readFileSync(join(__dirname, '../../docs', page), 'utf8').matchAll(STEP)];
    expect(steps.length).toBeGreaterThan(0);
    const known = new Map([
      ['master', tenants.master.key],
      ['acme', tenants.acme.key],
    ]);
    for (const [, who = '', query = '', printed = ''] of steps) {
      const text = query.replace(/<(\w+)>/g, (_, name: string) => known.get(name) ?? '');
      const data = await tenants.client(known.get(who) ?? null).ask(text, {}, { 'x-reason': 'a ticket' });
      expect(data).toEqual(filled(JSON.parse(printed), data, known));
    }
  });
});
