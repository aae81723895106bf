/** Erasing the recorded data of a row removes the text from every table, index and export, and the chain verifies. */
import { randomBytes } from 'node:crypto';
import { csvLine, storedEvent } from '../../src/audit/export';
import { ocsfLine } from '../../src/audit/ocsf';
import { verifyDatabase } from '../../src/audit/verify-database';
import { verifyExport } from '../../src/audit/verify-export';
import { Signer } from '../../src/auth/signer';
import { asAuditor } from '../../src/db/archive-store';
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected } from '../harness/sql';
import { asDatabaseUser, createTool, ERASE, UPDATE_TOOL, verify } from './harness';

const SECRET = Buffer.alloc(32, 5);
const { publicKey } = new Signer(SECRET);
const tenants = setupTwoTenants({ secret: SECRET });
const { acme, globex, master } = tenants;

const HISTORY =
  'query ($id: ID!) { history(resourceType: "Tool", id: $id) { nodes { action reason erased before after changes { path } } } }';
const AS_OF = 'query ($id: ID!, $time: DateTime!) { asOf(resourceType: "Tool", id: $id, time: $time) { row erased } }';
const EXPORT =
  '{ auditCheckpoint { accountId sequence hash at signature } auditExport { lines complete } exportConfiguration { yaml } }';
const FAR = '2100-01-01T00:00:00Z';

interface Event {
  readonly action: string;
  readonly reason: string | null;
  readonly erased: boolean;
  readonly before: object | null;
  readonly after: object | null;
  readonly changes: readonly object[];
}

const historyOf = async (client: Client, id: string): Promise<readonly Event[]> =>
  (await client.ask<{ history: { nodes: Event[] } }>(HISTORY, { id })).history.nodes;

const erase = (client: Client, id: string, rest: object = {}) => client.send(ERASE, { id, type: 'Tool', ...rest });

interface Exported {
  readonly auditExport: { readonly lines: string[]; readonly complete: boolean };
  readonly auditCheckpoint: object;
  readonly exportConfiguration: { readonly yaml: string };
}

/** Everything that an account can export as a file. */
async function exportsOf(client: Client): Promise<{ readonly jsonLines: string[]; readonly texts: string[] }> {
  const { auditExport, auditCheckpoint, exportConfiguration } = await client.ask<Exported>(EXPORT);
  expect(auditExport.complete).toBe(true);
  const jsonLines = [...auditExport.lines, JSON.stringify({ checkpoint: auditCheckpoint })];
  const events = auditExport.lines.map(storedEvent);
  return {
    jsonLines,
    texts: [...jsonLines, ...events.map(csvLine), ...events.map(ocsfLine), exportConfiguration.yaml],
  };
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

/** The text as a file could contain it: unchanged, in hexadecimal, and in base64 at each of the three alignments. */
function spellingsOf(text: string): Buffer[] {
  const hexadecimal = Buffer.from(text).toString('hex');
  const base64 = [0, 1, 2].map((shift) =>
    // Only the part that depends on the text alone, without the groups at its beginning and end.
    Buffer.from(`${'.'.repeat(shift)}${text}`)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(shift === 0 ? 0 : 4, -2),
  );
  return [text, hexadecimal, hexadecimal.toUpperCase(), ...base64].map((spelling) => Buffer.from(spelling));
}

const FILES = `
  SELECT c.oid::regclass::text AS name, pg_read_binary_file(pg_relation_filepath(c.oid)) AS bytes
    FROM pg_class c WHERE pg_relation_filepath(c.oid) IS NOT NULL AND NOT c.relisshared`;

/** Citus hides the shards of a table from the catalogue. */
const SHOW_SHARDS = 'SET citus.override_table_visibility = off';
const SHARD_NUMBER = /_\d{6,}$/;

/** The tables and indexes of the database, including those of the catalogue, that contain a text on disk. */
const filesWith = (text: string): Promise<string[]> =>
  connected(tenants.database.superuserUrl, async (client) => {
    for (const statement of ['VACUUM FULL', 'ANALYZE', 'CHECKPOINT', SHOW_SHARDS]) await client.query(statement);
    const { rows } = await client.query<{ name: string; bytes: Buffer }>(FILES);
    expect(rows.length).toBeGreaterThan(200);
    const spellings = spellingsOf(text);
    return rows
      .filter(({ bytes }) => spellings.some((spelling) => bytes.includes(spelling)))
      .map(({ name }) => name.replace(SHARD_NUMBER, ''));
  });

it('an erased text is in no table, index or export, and the chain verifies before and after', async () => {
  const { database } = tenants;
  const marker = `person-${randomBytes(9).toString('hex')}`;
  const id = await createTool(acme, `tool of ${marker}`, { description: marker });
  await acme.ask(UPDATE_TOOL, { id, input: { metadata: { note: marker } } });
  await acme.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id });
  const purge = 'mutation ($accountId: ID!, $id: ID) { purge(accountId: $accountId, type: Tool, id: $id) { purged } }';
  await master.ask(purge, { accountId: acme.accountId, id });
  expect(await filesWith(marker)).toEqual(['audit_image']);
  expect((await exportsOf(acme)).texts.join('\n')).toContain(marker);
  expect(await verify(acme)).toMatchObject({ intact: true });

  expect((await erase(acme, id)).data).toEqual({
    eraseHistory: { accountId: acme.accountId, resourceType: 'Tool', resourceId: id, erasedEvents: 4 },
  });
  expect(await filesWith(marker)).toEqual([]);
  const { jsonLines, texts } = await exportsOf(acme);
  for (const spelling of spellingsOf(marker)) expect(texts.join('\n')).not.toContain(spelling.toString());
  expect(texts.join('\n')).toContain('"erased"');
  expect(await verify(acme)).toMatchObject({ intact: true, complete: true });
  expect(await verifyExport(each(jsonLines), publicKey)).toMatchObject([{ problem: null }]);
  const beside = await asAuditor(database.operatorUrl, (ask) => verifyDatabase(ask, acme.accountId, publicKey));
  expect(beside.problem).toBeNull();
});

it('history and asOf report erased events, and return later ones as usual', async () => {
  const id = await createTool(acme, 'forgotten');
  await acme.ask(UPDATE_TOOL, { id, input: { description: 'of a person' } });
  expect((await erase(acme, id, { reason: 'they asked for it' })).errors).toEqual([]);
  const erased = { erased: true, before: null, after: null, changes: [] };
  expect(await historyOf(acme, id)).toMatchObject([
    { action: 'CREATE', ...erased },
    { action: 'UPDATE', ...erased },
    { action: 'ERASE', reason: 'they asked for it', erased: false, before: null, after: { events: 2 } },
  ]);
  expect(await acme.ask(AS_OF, { id, time: FAR })).toEqual({ asOf: { row: null, erased: true } });
  await acme.ask(UPDATE_TOOL, { id, input: { description: 'of nobody' } });
  expect(await acme.ask(AS_OF, { id, time: FAR })).toMatchObject({
    asOf: { row: { description: 'of nobody' }, erased: false },
  });
  expect((await historyOf(acme, id)).at(-1)).toMatchObject({ action: 'UPDATE', erased: false });
  expect((await erase(acme, id)).data).toMatchObject({ eraseHistory: { erasedEvents: 1 } });
  expect((await erase(acme, id)).data).toMatchObject({ eraseHistory: { erasedEvents: 0 } });
  expect((await historyOf(acme, id)).filter(({ action }) => action === 'ERASE')).toHaveLength(2);
  expect(await verify(acme)).toMatchObject({ intact: true });
});

it("another account's row, an unknown row and a wrong type get the same answer, and nothing is erased", async () => {
  const id = await createTool(globex, 'theirs');
  const before = await tenants.fingerprint(globex.accountId);
  const answers = [
    await erase(acme, id),
    await erase(acme, '01890000-0000-7000-8000-00000000abcd'),
    await erase(acme, id, { type: 'Agent' }),
  ];
  for (const { errors } of answers) expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  expect(new Set(answers.map(({ errors }) => errors[0]?.message)).size).toBe(1);
  expect(await tenants.fingerprint(globex.accountId)).toEqual(before);
});

it('only administrators of the account and master keys can erase, with a reason', async () => {
  const id = await createTool(acme, 'kept');
  for (const role of ['VIEWER', 'RUNNER', 'CREATOR']) {
    const { createApiKey } = await acme.ask<{ createApiKey: { secret: string } }>(
      `mutation { createApiKey(input: { name: "no administrator", role: ${role} }) { secret } }`,
    );
    const { errors } = await erase(tenants.client(createApiKey.secret), id);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', missingPermissions: ['audit:admin'] } }]);
  }
  for (const reason of ['', ' x ', 'y'.repeat(501), `because ${acme.key}`])
    expect((await erase(acme, id, { reason })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['reason'] } },
    ]);
  expect((await historyOf(acme, id)).map(({ erased }) => erased)).toEqual([false]);
  const byMaster = ERASE.replace('($id', '($accountId: ID!, $id').replace(
    '(resourceType',
    '(accountId: $accountId, resourceType',
  );
  expect(await master.ask(byMaster, { accountId: acme.accountId, id, type: 'Tool' })).toMatchObject({
    eraseHistory: { erasedEvents: 1 },
  });
});

it('the database erases only for the account of the transaction, and does not let the owner remove other images', async () => {
  const { database } = tenants;
  const id = await createTool(globex, 'untouched');
  const call = `SELECT audit_erase('${globex.accountId}', 'Tool', '${id}', 'none')`;
  await connected(database.tenantUrl, async (client) => {
    await expect(client.query(call)).rejects.toThrow(/not erased/);
    await client.query(`BEGIN; SET LOCAL app.account_id = '${acme.accountId}'`);
    await expect(client.query(call)).rejects.toThrow(/not erased/);
  });
  for (const url of [database.operatorUrl, database.restrictedUrl])
    await connected(url, (client) => expect(client.query(call)).rejects.toThrow(/permission denied/));
  const images = `FROM audit_image WHERE account_id = '${globex.accountId}'`;
  await connected(database.ownerUrl, async (client) => {
    expect((await client.query(`DELETE ${images}`)).rowCount).toBe(0);
    expect((await client.query(`UPDATE audit_image SET after = NULL`)).rowCount).toBe(0);
    await expect(client.query('TRUNCATE audit_image')).rejects.toThrow(/TRUNCATE/);
  });
  await connected(database.tenantUrl, async (client) => {
    expect((await client.query(`SELECT 1 ${images}`)).rowCount).toBe(0);
    await expect(client.query(`DELETE ${images}`)).rejects.toThrow(/permission denied/);
  });
});

it('an image that was removed in the database is reported on every page of the verification', async () => {
  const account = await tenants.createAccount('removed-image');
  const id = await createTool(account, 'probe');
  await asDatabaseUser(
    tenants.database,
    'DELETE FROM audit_image USING audit_event e WHERE e.account_id = audit_image.account_id AND e.sequence = audit_image.sequence AND e.resource_id = $1',
    [id],
  );
  expect(await verify(account)).toMatchObject({ fault: 'IMAGE_MISSING', faultSequence: 3, checked: 2 });
});
