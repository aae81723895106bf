/** The maximum cost of each hostile document, as counts: validations, statements, and the size of the answer. */
import { HOSTILE_DOCUMENTS } from '../../bench/hostile/documents';
import type { Answer } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';

const validated = jest.fn();
jest.mock('graphql', () => {
  const actual = jest.requireActual<typeof import('graphql')>('graphql');
  return {
    ...actual,
    validate: (...args: Parameters<typeof actual.validate>) => {
      validated();
      return actual.validate(...args);
    },
  };
});

const tenants = setupTwoTenants();

beforeAll(async () => {
  await tenants.acme.ask('{ viewer { kind } }');
});
beforeEach(() => validated.mockClear());

/** One list and its nested lists: BEGIN with its settings, a page, its links, COMMIT, for each of 20 root fields. */
const MAX_STATEMENTS = 20 * 8;
const MAX_CHARS = 512 * 1024;

const limitOf = (errors: Answer['errors']): unknown => errors[0]?.extensions['limit'];

it.each(HOSTILE_DOCUMENTS.map((document) => [document.name, document] as const))(
  '%s: is refused before a statement is sent, or bounded in what it costs',
  async (_name, { query, variables }) => {
    const before = tenants.gateway.database.counts;
    const { text, errors } = await tenants.acme.send(query, variables);
    const statements = tenants.gateway.database.counts.statements - before.statements;
    const codes = new Set(errors.map(({ extensions }) => extensions.code));
    const isRefused = codes.has('QUERY_TOO_COMPLEX') || codes.has('GRAPHQL_VALIDATION_FAILED');
    expect(statements).toBeLessThanOrEqual(isRefused || codes.has('BAD_USER_INPUT') ? 0 : MAX_STATEMENTS);
    expect(text.length).toBeLessThanOrEqual(MAX_CHARS);
    expect(errors.length).toBeLessThanOrEqual(20);
    // Counted before quadratic validation rules run; the cost of pages is known only with the variables.
    const isRead = !codes.has('PAYLOAD_TOO_LARGE') && !(codes.has('QUERY_TOO_COMPLEX') && limitOf(errors) !== 'cost');
    expect(validated).toHaveBeenCalledTimes(isRead ? 1 : 0);
  },
);

it('a hostile document gets the same answer the second time', async () => {
  for (const { query, variables } of HOSTILE_DOCUMENTS) {
    const first = await tenants.acme.send(query, variables);
    const second = await tenants.acme.send(query, variables);
    expect(second.text.slice(0, 10_000)).toBe(first.text.slice(0, 10_000));
  }
});
