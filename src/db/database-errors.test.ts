/** The violated constraint has the name that migrations gave it, whichever server reports it. */
import { violatedUnique } from './database-errors';

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
