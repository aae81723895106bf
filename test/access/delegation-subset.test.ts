/** Delegation as a property: in every chain of keys, no key may do anything that a key above it may not. */
import fc from 'fast-check';
import { compileAccess, isRole } from '../../src/auth/key-access';
import { line, link, ROW_IDS, table, type GeneratedLink } from './lines';
import { beyond, type Counts, type TimedAccess } from './within';

const LINES = Number(process.env['DELEGATION_LINES'] ?? 300);

const lowest = (values: readonly (number | null)[]): number | null =>
  values.reduce((left, right) => (left === null ? right : right === null ? left : Math.min(left, right)), null);

const compiled = (links: readonly GeneratedLink[]): TimedAccess => ({
  ...compileAccess(table, links, 0),
  endsInMs: lowest(links.map(({ endsInMs }) => endsInMs)),
});

const newCounts = (): Counts & { lines: number; pairs: number } => ({
  lines: 0,
  pairs: 0,
  asked: 0,
  allowed: 0,
  taken: 0,
});

function report(title: string, { lines, pairs, asked, allowed, taken }: ReturnType<typeof newCounts>): void {
  process.stdout.write(
    `${title}: ${lines} lines, ${pairs} pairs of keys, ${asked} questions: ${allowed} allowed to both, ${taken} to the upper key only\n`,
  );
}

it('no key may do anything that a key above it may not, for generated chains of up to six keys', () => {
  const counts = newCounts();
  fc.assert(
    fc.property(line, (links) => {
      counts.lines += 1;
      const keys = links.map((_, index) => compiled(links.slice(index)));
      keys.forEach((child, index) => {
        for (const parent of keys.slice(index + 1)) {
          counts.pairs += 1;
          expect(beyond(child, parent, counts)).toEqual([]);
        }
      });
    }),
    { numRuns: LINES },
  );
  report('delegation', counts);
  expect(Math.min(counts.allowed, counts.taken)).toBeGreaterThan(counts.lines);
});

it('after any change to a key above, the keys below stay within its rights', () => {
  const counts = newCounts();
  const changed = fc.tuple(line, fc.nat(), link);
  fc.assert(
    fc.property(changed, ([links, place, rights]) => {
      counts.lines += 1;
      const at = place % links.length;
      const after = links.map((each, index) => (index === at ? { ...rights, id: each.id } : each));
      const upper = compiled(after.slice(at));
      for (let index = 0; index < at; index += 1) {
        counts.pairs += 1;
        expect(beyond(compiled(after.slice(index)), upper, counts)).toEqual([]);
      }
    }),
    { numRuns: LINES },
  );
  report('changed parents', counts);
});

/** A shorter list; a list where there was none; nothing if the list was unreadable. */
const shorter = (value: unknown, first: string): unknown =>
  value === null ? [first] : Array.isArray(value) ? value.slice(1) : [];

/** The same key with fewer rights. */
const narrowing = fc.constantFrom<(link: GeneratedLink) => GeneratedLink>(
  (each) => ({ ...each, role: isRole(each.role) ? 'VIEWER' : each.role }),
  (each) => ({ ...each, role: 'no role' }),
  (each) => ({ ...each, resourceTypes: shorter(each.resourceTypes, 'agents') }),
  // Without its first network, an unreadable or overlapping list would be wider.
  (each) => ({ ...each, networks: each.networks === null ? ['10.1.2.0/24'] : [] }),
  (each) => ({ ...each, ownerTeams: shorter(each.ownerTeams, 'support') }),
  (each) => ({ ...each, rowIds: shorter(each.rowIds, ROW_IDS[0] ?? '') }),
  (each) => ({ ...each, endsInMs: 0 }),
  (each) => ({ ...each, startsInMs: 1e15 }),
  (each) => ({ ...each, ratePerMinute: 1 }),
);

it('restricting any key of a chain gives no rights to the keys below it', () => {
  const counts = newCounts();
  fc.assert(
    fc.property(line, fc.nat(), narrowing, (links, place, narrow) => {
      counts.lines += 1;
      const at = place % links.length;
      const after = links.map((each, index) => (index === at ? narrow(each) : each));
      for (let index = 0; index <= at; index += 1) {
        counts.pairs += 1;
        expect(beyond(compiled(after.slice(index)), compiled(links.slice(index)), counts)).toEqual([]);
      }
    }),
    { numRuns: LINES },
  );
  report('narrowed', counts);
});
