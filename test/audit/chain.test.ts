/** The hash chain of an account: verification reports the first event affected by a manipulation. */
import { Signer } from '../../src/auth/signer';
import { asAuditor } from '../../src/db/archive-store';
import { hashOf, canonicalText, hasItsImages, type StoredEvent } from '../../src/audit/canonical';
import { readEvents } from '../../src/audit/event-reader';
import { canAsk } from '../harness/among-shards';
import { createDatabase, type TestDatabase } from '../harness/database';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected } from '../harness/sql';
import { CHECKPOINT, createTool, UPDATE_TOOL, verify, VERIFY } from './harness';

const tenants = setupTwoTenants();

const EVENTS = 12;

/** An account whose chain has several events, and a checkpoint of its end. */
async function freshChain(slug: string) {
  const account = await tenants.createAccount(slug);
  const id = await createTool(account, 'probe');
  for (let n = 1; n < EVENTS; n += 1)
    await account.ask(UPDATE_TOOL, { id, input: { description: `version ${n} “ü”` } });
  const { auditCheckpoint } = await account.ask<{ auditCheckpoint: { sequence: number } & Record<string, unknown> }>(
    CHECKPOINT,
  );
  return { account, id, checkpoint: auditCheckpoint, end: auditCheckpoint.sequence };
}

const ACCOUNT = "INSERT INTO account (id, slug, name) VALUES (gen_random_uuid(), 'long', 'Long')";

const TOOLS = `
  INSERT INTO tool (account_id, id, name, type)
  SELECT a.id, gen_random_uuid(), 'tool ' || n, 'CUSTOM' FROM account a, generate_series(1, 100) n`;

const EVENTS_READ = `
  SELECT seq_tup_read::text AS scanned, n_tup_ins::text AS events FROM pg_stat_user_tables WHERE relname = 'audit_event'`;

describe('a checkpoint', () => {
  it('is valid only with the signature of the gateway, for its own account', async () => {
    const { account, checkpoint, end } = await freshChain('signed');
    const forged = { ...checkpoint, hash: 'a'.repeat(64) };
    const refused = await account.send(VERIFY, { checkpoint: forged });
    expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['checkpoint'] } }]);
    expect((await tenants.acme.send(VERIFY, { checkpoint })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    const otherSigner = new Signer(Buffer.alloc(32));
    const signed = { ...checkpoint, signature: otherSigner.sign('anything') };
    expect((await account.send(VERIFY, { checkpoint: signed })).errors).toHaveLength(1);
    expect(await verify(account, checkpoint)).toMatchObject({ intact: true, checked: end });
  });
});

describe('many writers at once', () => {
  it('produce one chain without gaps or forks', async () => {
    const account = await tenants.createAccount('crowded');
    const tools = await Promise.all(Array.from({ length: 16 }, (_, n) => createTool(account, `tool ${n}`)));
    await connected(tenants.database.tenantUrl, async () => undefined);
    await Promise.all(
      tools.map((id) =>
        connected(tenants.database.tenantUrl, async (client) => {
          for (let n = 0; n < 40; n += 1) {
            await client.query(`BEGIN; SET LOCAL app.account_id = '${account.accountId}'`);
            await client.query('UPDATE tool SET version = version + 1 WHERE id = ANY ($1)', [
              n % 5 === 0 ? [id, tools[0]] : [id],
            ]);
            await client.query(n % 7 === 0 ? 'ROLLBACK' : 'COMMIT');
          }
        }),
      ),
    );
    const verdict = await verify(account);
    expect(verdict).toMatchObject({ intact: true, complete: true, fault: null });
    expect(verdict.checked).toBeGreaterThan(16 * 34);
  });
});

describe('the canonical form', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('is the same in the database and in the gateway, for unusual texts and numbers, in any time zone', async () => {
    const odd = ['“quotes” "and" \\backslashes\\', 'tab\tnewline\nbell\u0007del\u007f', '𝄞 ü \u2028', '{"a": [1, 2]}'];
    await connected(database.superuserUrl, async (client) => {
      await client.query("SET timezone = 'Asia/Kathmandu'");
      const account = '0190a000-0000-7000-8000-000000000001';
      await client.query(`INSERT INTO account (id, slug, name) VALUES ('${account}', 'odd', 'Odd')`);
      for (const text of odd) {
        const metadata = `{"n": 1e400, "f": 1.10, "deep": {"text": ${JSON.stringify(text)}}}`;
        await client.query('UPDATE account SET name = $1, metadata = $2 WHERE id = $3', [text, metadata, account]);
      }
      await client.query("SET timezone = 'UTC'");
      const events: StoredEvent[] = [];
      await asAuditor(database.operatorUrl, async (ask) => {
        for await (const event of readEvents(ask, account)) events.push(event);
      });
      expect(events).toHaveLength(odd.length + 1);
      let previous: string | null = null;
      for (const event of events) {
        expect(hashOf(canonicalText(event, previous))).toBe(event.hash);
        expect(event.images && hasItsImages(event, event.images)).toBe(true);
        previous = event.hash;
      }
      expect(events.map(({ images }) => JSON.parse(images?.after ?? '') as object)).toMatchObject(
        ['Odd', ...odd].map((name) => ({ name })),
      );
    });
  });
});

(canAsk('plans') ? test : test.skip)(
  'the cost of an event does not depend on the number of earlier events',
  async () => {
    const database = await createDatabase();
    try {
      const read = await connected(database.superuserUrl, async (client) => {
        await client.query(ACCOUNT);
        // After this, the planner estimates that the audit log is one page, which a sequential scan reads fastest.
        await client.query('ANALYZE audit_event');
        await client.query(TOOLS);
        for (let round = 0; round < 8; round += 1) await client.query("UPDATE tool SET description = 'again'");
        await client.query('SELECT pg_stat_force_next_flush()');
        const found = await client.query<{ scanned: string; events: string }>(EVENTS_READ);
        return found.rows[0];
      });
      expect(read).toEqual({ scanned: '0', events: '901' });
    } finally {
      await database.drop();
    }
  },
);
