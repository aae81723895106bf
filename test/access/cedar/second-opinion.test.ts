/**
 * Cedar, an independent policy engine, makes the same decisions as the gateway about generated requests; faults are
 * detected.
 */
import { compileAccess } from '../../../src/auth/key-access';
import { table, type GeneratedLink } from '../lines';
import { compare, ours, type Decide } from './compare';

const REQUESTS = Number(process.env['SECOND_OPINION_REQUESTS'] ?? 1_500);
const SEED = Number(process.env['SECOND_OPINION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** A seed that detects each fault quickly. */
const PLANTED_SEED = 1;

it('Cedar and the gateway make the same decisions about generated requests of generated delegation chains', () => {
  const { requests, lines, allowed, disagreement } = compare(REQUESTS, SEED);
  process.stdout.write(`second opinion, seed ${SEED}: ${requests} requests of ${lines} lines, ${allowed} allowed\n`);
  expect(disagreement).toBeNull();
  expect(Math.min(allowed, requests - allowed)).toBeGreaterThan(requests / 50);
});

/** The same chain with changed keys above. */
const withParents =
  (changed: Partial<GeneratedLink>): Decide =>
  (links) =>
    ours(links.map((link, index) => (index === 0 ? link : { ...link, ...changed })));

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** Rows that belong to another row are compared by their own id. */
const rowsByThemselves: Decide = (links) => {
  const ids = compileAccess(table, links, 0).rows?.rowIds ?? null;
  const decide = ours(links);
  return (request) => decide(request) && (ids === null || request.row === null || ids.includes(request.row.id));
};

describe('a fault in the decision is detected and reduced to one request', () => {
  it.each<[string, Decide]>([
    ['networks of a key above are ignored', withParents({ networks: null })],
    ['the role of a key above is ignored', withParents({ role: 'ADMINISTRATOR' })],
    ['teams of a key above are ignored', withParents({ ownerTeams: null })],
    ['the end of a key above is ignored', withParents({ endsInMs: null })],
    [
      'an empty list of rows restricts nothing',
      (links) => ours(links.map((link) => (isEmptyList(link.rowIds) ? { ...link, rowIds: null } : link))),
    ],
    ['rows that belong to another row are compared by their own id', rowsByThemselves],
  ])('%s', (_title, faulty) => {
    const { disagreement } = compare(100_000, PLANTED_SEED, faulty);
    expect(disagreement).not.toBeNull();
    expect(disagreement?.links.length).toBeLessThanOrEqual(2);
  });
});
