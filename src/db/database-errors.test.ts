/** Errors mean the same, whichever server reports them: a violated constraint has the name that migrations gave it. */
import { hasLostServer, outageOf, violatedUnique } from './database-errors';

const TAKEN = 'duplicate key value violates unique constraint';

it.each([
  ['a server', { constraint: 'tool_live_name', message: `${TAKEN} "tool_live_name"` }],
  ['a shard on the coordinator', { constraint: 'tool_live_name_102042', message: `${TAKEN} "tool_live_name_102042"` }],
  ['a shard elsewhere, whose message alone arrives', { message: `${TAKEN} "tool_live_name_102042"` }],
  [
    'a shard that speaks German',
    { message: 'doppelter Schlüsselwert verletzt Unique-Constraint »tool_live_name_102042«' },
  ],
  [
    'a shard that speaks French',
    { message: 'la valeur d’une clé dupliquée rompt la contrainte unique « tool_live_name_102042 »' },
  ],
])('a taken name is recognized as %s reports it', (_, error) => {
  expect(violatedUnique({ code: '23505', ...error })).toBe('tool_live_name');
});

it('other failures name no unique constraint', () => {
  expect(
    violatedUnique({ code: '23503', message: 'violates foreign key constraint "run_account_id_fkey"' }),
  ).toBeNull();
  expect(violatedUnique({ code: '23505', message: 'says nothing' })).toBe('');
});

it.each([
  ['08006', 'connection to the remote node portcullis@10.0.0.7:5432 failed'],
  ['XX000', 'server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally'],
  ['XX000', 'could not receive data from server: Connection reset by peer'],
  ['XX000', 'could not commit transaction for shard 102107 on at least one active node'],
  ['57014', 'canceling statement due to statement timeout'],
])('a coordinator that has lost the server of a shard is an outage: %s %s', (code, message) => {
  const error = { code, message, severity: 'ERROR' };
  expect([outageOf(error), hasLostServer(error)]).toEqual(['unreachable', true]);
});

it('another internal error, and the same words with another code, are none', () => {
  for (const error of [
    { code: 'XX000', message: 'cache lookup failed' },
    { code: 'P0001', message: 'server closed the connection unexpectedly' },
  ])
    expect([outageOf(error), hasLostServer(error)]).toEqual([null, false]);
});
