/** A shortened proof of isolation, which is shown to detect leaks; `npm run prove` runs the whole proof. */
import { query } from '../harness/sql';
import { Proof, type ProofResult } from './proof';
import { http, TRANSPORTS } from './transports';
import { createWorlds, type Worlds } from './worlds';

/** The whole proof sends 20,000. */
const OPERATIONS = 300;
/** Operations over each of the other transports. */
const OPERATIONS_OF_TRANSPORT = 10;

let worlds: Worlds;

beforeAll(async () => {
  worlds = await createWorlds(http);
}, 60_000);
afterAll(() => worlds.close());

const prove = (operations: number): Promise<ProofResult> => new Proof(worlds).run({ seed: 20_261_126, operations });

describe('the proof of isolation', () => {
  it('finds no difference between an account alone and one with a neighbour', async () => {
    const { difference, sent } = await prove(OPERATIONS);
    expect(difference).toBeNull();
    expect(sent).toMatchObject({ queries: expect.any(Number), asMaster: OPERATIONS / 10 });
    expect(sent.withErrors).toBeLessThan(0.8 * OPERATIONS);
  }, 240_000);

  it.each(['sse', 'ws'])(
    'finds no difference over %s',
    async (transport) => {
      const connect = TRANSPORTS[transport] ?? http;
      for (const world of [worlds.alone, worlds.crowded]) world.connect(connect);
      const { difference, sent } = await prove(OPERATIONS_OF_TRANSPORT);
      for (const world of [worlds.alone, worlds.crowded]) world.connect(http);
      expect(difference).toBeNull();
      expect(sent.queries + sent.mutations).toBe(OPERATIONS_OF_TRANSPORT);
    },
    60_000,
  );

  it('finds a row of the neighbour that changes with the account', async () => {
    const { superuserUrl } = worlds.crowded.database;
    const { accountId } = worlds.neighbour;
    await query(
      superuserUrl,
      `CREATE FUNCTION public.leak() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
       $$ BEGIN UPDATE public.key_use SET last_used_at = last_used_at + interval '1 s' WHERE account_id = '${accountId}'; RETURN NEW; END $$`,
    );
    await query(superuserUrl, 'CREATE TRIGGER leak AFTER INSERT ON audit_denial EXECUTE FUNCTION public.leak()');
    const { difference } = await prove(OPERATIONS);
    expect(difference).toMatchObject({ what: 'Rows of the other account changed: key_use' });
    await query(superuserUrl, 'DROP FUNCTION public.leak CASCADE');
  }, 240_000);

  it('finds a value that differs with the neighbour, and shows an operation that reads it', async () => {
    const { crowded, account } = worlds;
    await query(crowded.database.superuserUrl, `UPDATE account SET name = 'other' WHERE id = $1`, [account.accountId]);
    const { difference } = await prove(OPERATIONS);
    expect(difference).toMatchObject({ caller: 'account key', request: { query: expect.any(String) } });
    expect(JSON.stringify(difference?.crowded)).not.toBe(JSON.stringify(difference?.alone));
  }, 240_000);
});
