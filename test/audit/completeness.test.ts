/** No change without its event: a change whose event fails is not stored, and a missing protection is detected. */
import { pino } from 'pino';
import { withRoles } from '../../src/db/setup/migrations';
import { OWN_RECORDS, typeName } from '../../src/db/verify/audited-tables';
import { expectedSchema } from '../../src/db/verify/expected-schema';
import { createGateway } from '../../src/gateway';
import { canAsk } from '../harness/among-shards';
import { rolesOf, secretOf } from '../harness/database';
import { eventually } from '../harness/eventually';
import { testSettings } from '../harness/settings';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected, statementsIn } from '../harness/sql';
import { asDatabaseUser, createTool, UPDATE_TOOL, verify } from './harness';

const tenants = setupTwoTenants();
const { acme } = tenants;

const reasons = async (): Promise<string> =>
  (await tenants.gateway.app.inject('/readyz')).json<{ reasons: string[] }>().reasons.join('\n');

/** Removes a protection as superuser, runs `work`, and restores the protection. */
async function without(removal: string, repair: string, work: () => Promise<unknown>): Promise<void> {
  const run = async (text: string): Promise<void> => {
    for (const statement of statementsIn(withRoles(text, rolesOf(tenants.database))))
      await asDatabaseUser(tenants.database, statement);
  };
  await run(removal);
  try {
    await work();
  } finally {
    await run(repair);
  }
}

const ON_LOG = (table: string, body: string): readonly [string, string] => [
  `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN ${body} END$$;
   CREATE TRIGGER meddle BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION meddle()`,
  `DROP TRIGGER meddle ON ${table}; DROP FUNCTION meddle()`,
];
const SWALLOWED = ON_LOG('audit_event', 'RETURN NULL;');
const SWALLOWED_IMAGE = ON_LOG('audit_image', 'RETURN NULL;');
const CHANGED = ON_LOG('audit_event', "NEW.reason := 'none'; RETURN NEW;");
const CHANGED_IMAGE = ON_LOG('audit_image', `NEW.after := '{"name": "none"}'; RETURN NEW;`);
/** If a rule turned a statement into nothing, it stays so in the sessions that prepared it, so these are terminated. */
const RECONNECT =
  'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
const RULE = [
  'CREATE RULE swallow AS ON INSERT TO audit_event DO INSTEAD NOTHING',
  `DROP RULE swallow ON audit_event; ${RECONNECT}`,
];

describe('a change is not stored if its event', () => {
  const owner = (): string => new URL(tenants.database.ownerUrl).username;
  it.each([
    [
      'cannot be written',
      () => `REVOKE INSERT ON audit_event FROM ${owner()}`,
      () => `GRANT INSERT ON audit_event TO ${owner()}`,
    ],
    ['is suppressed by a rule', () => RULE[0], () => RULE[1]],
    ['is suppressed by a trigger', () => SWALLOWED[0], () => SWALLOWED[1]],
    ['loses its images to a trigger', () => SWALLOWED_IMAGE[0], () => SWALLOWED_IMAGE[1]],
  ])('%s', async (title, removal, repair) => {
    const { database } = tenants;
    const id = await createTool(acme, title);
    // Resembles a key, to take the trigger's longer path, and is too short for inputs to refuse.
    const key = `pcl_live_${'a'.repeat(7)}`;
    await without(removal() ?? '', repair() ?? '', async () => {
      for (const description of ['changed', key]) {
        const refused = await acme.send(UPDATE_TOOL, { id, input: { description } });
        expect(refused.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
        expect(refused.text).not.toMatch(/audit|permission|trigger/i);
      }
      const past = `UPDATE tool SET description = 'changed' WHERE id = '${id}'`;
      await expect(asDatabaseUser(database, past)).rejects.toThrow(/audit_(event|image)/);
    });
    const read = 'query ($id: ID!) { tool(id: $id) { description version } }';
    // Terminated connections are noticed one by one.
    await eventually(async () => (await acme.send(read, { id })).errors.length === 0, 10_000);
    expect(await acme.ask(read, { id })).toEqual({ tool: { description: null, version: 1 } });
    expect(await verify(acme)).toMatchObject({ intact: true });
  });
});

it.each([
  ['event', 'meddled', CHANGED],
  ['image', 'meddled-image', CHANGED_IMAGE],
] as const)('an %s that a trigger changed is detected', async (_, slug, [removal, repair]) => {
  const account = await tenants.createAccount(slug);
  const id = await createTool(account, 'changed on the way');
  const { checked } = await verify(account);
  await without(removal, repair, () => account.ask(UPDATE_TOOL, { id, input: { description: 'x' } }));
  expect(await verify(account)).toMatchObject({ intact: false, fault: 'EDITED', faultSequence: checked + 1 });
});

/** Recreates the triggers of a table with the given UPDATE trigger. */
const updateTrigger = (table: string, rest: string): string => `
  DROP TRIGGER audit_row_update ON ${table};
  CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON ${table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW ${rest};
  ALTER TABLE ${table} ENABLE ALWAYS TRIGGER audit_row_update`;
const ownRecord = (table: string): string =>
  table in OWN_RECORDS ? `'${JSON.stringify(OWN_RECORDS[table])}'::jsonb` : 'NULL';
const attachedAnew = (table: string): string => `
  DROP TRIGGER audit_row_insert ON ${table}; DROP TRIGGER audit_row_update ON ${table};
  DROP TRIGGER audit_row_delete ON ${table}; DROP TRIGGER audit_truncate ON ${table};
  SELECT audit_attach('${table}', '${typeName(table)}', 'account_id', '{}', ${ownRecord(table)})`;
const ROW = "EXECUTE FUNCTION audit_row('Run', 'account_id', 'id', '{}', 'usual')";
const UNAUDITED =
  'CREATE TABLE note (account_id uuid NOT NULL, id uuid NOT NULL, PRIMARY KEY (account_id, id)); ALTER TABLE note ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY';
const ALWAYS = 'ALTER TABLE tool ENABLE ALWAYS TRIGGER audit_row_update';

const PROTECTIONS: readonly (readonly [title: string, removal: string, repair: string, words: RegExp])[] = [
  ['a table of accounts without the trigger', UNAUDITED, 'DROP TABLE note', /note has no working audit trigger/],
  ['a trigger switched off', 'ALTER TABLE tool DISABLE TRIGGER audit_row_update', ALWAYS, /tool has no working/],
  [
    'a trigger that a setting could silence',
    'ALTER TABLE tool ENABLE TRIGGER audit_row_update',
    ALWAYS,
    /tool has no working/,
  ],
  [
    'a table that claims to have no triggers',
    "UPDATE pg_class SET relhastriggers = false WHERE relname = 'tool'",
    "UPDATE pg_class SET relhastriggers = true WHERE relname = 'tool'",
    /tool has no working/,
  ],
  [
    'a trigger for followers of runs that is switched off',
    'ALTER TABLE run DISABLE TRIGGER run_transition_update',
    'ALTER TABLE run ENABLE ALWAYS TRIGGER run_transition_update',
    /run does not report every start and end/,
  ],
  [
    'a table whose children have no trigger',
    'CREATE SCHEMA hidden; CREATE TABLE hidden.more () INHERITS (tool)',
    'DROP SCHEMA hidden CASCADE',
    /tool has children .*hidden\.more/,
  ],
  [
    'a rule that diverts a write',
    'CREATE RULE divert AS ON UPDATE TO tool DO INSTEAD NOTHING',
    'DROP RULE divert ON tool',
    /tool has a rule .*divert/,
  ],
  [
    'a trigger that never fires',
    updateTrigger('run', `WHEN (false) ${ROW}`),
    attachedAnew('run'),
    /run fires under a condition/,
  ],
  [
    'a trigger that overlooks a column',
    updateTrigger('run', `WHEN (NOT (OLD.status = 'STARTED' AND NEW.status <> 'STARTED')) ${ROW}`),
    attachedAnew('run'),
    /run fires under a condition/,
  ],
  [
    'a trigger that leaves a column out of the event',
    updateTrigger('tool', "EXECUTE FUNCTION audit_row('Tool', 'account_id', 'id', '{description}', '')"),
    attachedAnew('tool'),
    /tool does not record the whole row/,
  ],
  [
    'TRUNCATE let through',
    'ALTER TABLE master_key DISABLE TRIGGER audit_truncate',
    'ALTER TABLE master_key ENABLE ALWAYS TRIGGER audit_truncate',
    /master_key has no working/,
  ],
  [
    'TRUNCATE of the audit log permitted',
    'ALTER TABLE audit_checkpoint DISABLE TRIGGER audit_truncate',
    'ALTER TABLE audit_checkpoint ENABLE ALWAYS TRIGGER audit_truncate',
    /audit_checkpoint of the audit log can be truncated/,
  ],
  [
    'a rule on the audit log',
    'CREATE RULE r AS ON INSERT TO audit_event DO INSTEAD NOTHING',
    'DROP RULE r ON audit_event',
    /audit_event has a rule/,
  ],
  ['a trigger on the audit log', ...CHANGED, /audit_event of the audit log has a trigger .*meddle/],
  [
    'an audit log that a crash would empty',
    'ALTER TABLE audit_event SET UNLOGGED',
    'ALTER TABLE audit_event SET LOGGED',
    /audit_event would be empty after a crash/,
  ],
  [
    'a gateway that may write events',
    'GRANT INSERT ON audit_event TO {{tenant}}',
    'REVOKE INSERT ON audit_event FROM {{tenant}}',
    /may INSERT on TABLE public.audit_event, which it does not need; run: REVOKE INSERT/,
  ],
  [
    'a secret column that came later',
    'ALTER TABLE tool ADD COLUMN cipher bytea',
    'ALTER TABLE tool DROP COLUMN cipher',
    /would record its bytes \(cipher\)/,
  ],
  [
    'a recording function that looks elsewhere first',
    'ALTER FUNCTION audit_row() SET search_path = public, pg_catalog',
    "ALTER FUNCTION audit_row() SET search_path = 'pg_catalog', 'public', 'pg_temp'",
    /audit_row\(\) is not the one/,
  ],
];

describe('the gateway is not ready', () => {
  it.each(PROTECTIONS)('with %s', async (_, removal, repair, words) => {
    if (/ INHERITS /.test(removal) && !canAsk('tables that inherit')) return;
    await without(removal, repair, async () => expect(await reasons()).toMatch(words));
    expect(await reasons()).toBe('');
  });

  it.each([...expectedSchema().functions.keys()])('with a changed %s()', async (name) => {
    const source = await connected(tenants.database.superuserUrl, async (client) => {
      const { rows } = await client.query<{ text: string }>('SELECT pg_get_functiondef($1::regproc) AS text', [name]);
      return rows[0]?.text ?? '';
    });
    const other = source
      .replace(/AS \$(\w*)\$/, (start) => `${start} /* another */`)
      .replace(/'operator'(?=.* END$)/m, "'tenant'");
    expect(other).not.toBe(source);
    await without(other, source, async () => expect(await reasons()).toMatch(`${name}() is not the one`));
    expect(await reasons()).toBe('');
  });
});

it('a gateway does not start without an audit protection', async () => {
  const { tenantUrl, operatorUrl, restrictedUrl } = tenants.database;
  const start = createGateway.bind(null, {
    settings: { ...testSettings, POOL_SIZE: 1 },
    secret: secretOf(tenants.database),
    logger: pino({ level: 'silent' }),
    tenantUrl,
    operatorUrl,
    restrictedUrl,
  });
  await without('ALTER TABLE tool DISABLE TRIGGER audit_row_update', ALWAYS, () =>
    expect(start()).rejects.toThrow(/tool has no working/),
  );
});
