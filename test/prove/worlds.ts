/** Two worlds that differ in one respect: in one the account is alone, in the other it has a large neighbour. */
import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { pino } from 'pino';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { ensureMasterKey } from '../../src/db/setup/first-master-key';
import { migrate } from '../../src/db/setup/migrate';
import { createGateway, type Gateway } from '../../src/gateway';
import { copyDatabase, createEmptyDatabase, type TestDatabase } from '../harness/database';
import { seed, type SeededIds } from '../harness/factories';
import { newFolder, withDatabase } from '../harness/run';
import { seedBulk } from '../harness/seed-bulk';
import { testSettings } from '../harness/settings';
import { ACCOUNT_TABLES, connected } from '../harness/sql';
import { FrozenProcess, timeOf } from './frozen-process';
import { answerIn, type Connect, type Request, type Seen, type Transport } from './transports';

/** PostgreSQL itself calls these by number; the schema and the statements of the product call them by name. */
const CLOCKS = ['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp'];

/** Works on an empty database, as a superuser. */
const freezeDatabase = (superuserUrl: string): Promise<void> =>
  connected(superuserUrl, async (client) => {
    await client.query('SET allow_system_table_mods = on');
    await client.query(`CREATE TABLE pg_catalog.frozen_clock AS SELECT '${isoOf(0)}'::timestamptz AS at`);
    await client.query('CREATE SEQUENCE pg_catalog.frozen_draws');
    for (const name of CLOCKS) {
      await client.query(`ALTER FUNCTION pg_catalog.${name}() RENAME TO machine_${name}`);
      await client.query(
        `CREATE FUNCTION pg_catalog.${name}() RETURNS timestamptz LANGUAGE plpgsql STABLE SECURITY DEFINER
         SET search_path = pg_catalog AS 'BEGIN RETURN (SELECT at FROM pg_catalog.frozen_clock); END'`,
      );
    }
    await client.query('ALTER FUNCTION pg_catalog.gen_random_uuid() RENAME TO machine_gen_random_uuid');
    await client.query(
      `CREATE FUNCTION pg_catalog.gen_random_uuid() RETURNS uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER
       SET search_path = pg_catalog AS 'BEGIN RETURN md5(concat(now(), '' '', nextval(''frozen_draws'')))::uuid; END'`,
    );
  });

const isoOf = (step: number): string => new Date(timeOf(step)).toISOString();

/** Begins a step: sets the clock and restarts the random numbers. */
const beginStep = async (client: Client, step: number): Promise<void> => {
  await client.query(
    `UPDATE pg_catalog.frozen_clock SET at = '${isoOf(step)}'; SELECT setval('pg_catalog.frozen_draws', 1)`,
  );
};

/** Limits that count everything and refuse nothing, so that every answer shows what is left of them. */
const SETTINGS = { ...testSettings, RATE_LIMIT_KEY: 1_000_000_000, RATE_LIMIT_ACCOUNT: 1_000_000_000 };
const SECRET = createHash('sha256').update('proof of isolation').digest();
/** Steps for the preparation of the worlds. */
const ARRANGED_STEPS = 10;
/** Copies of each of the neighbour's rows, which sort before all rows of the account; its own rows sort after them. */
const NEIGHBOUR_COPIES = 100;

/** The rows of an account: a fingerprint of each table that has an account_id, and of the account itself. */
export type Fingerprint = Readonly<Record<string, string>>;

function portOf({ app }: Gateway): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The gateway does not listen.');
  return address.port;
}

export class World {
  #fingerprintStatement = '';

  private constructor(
    readonly database: TestDatabase,
    private readonly gateway: Gateway,
    private transport: Transport,
    private readonly superuser: Client,
    private readonly frozen: FrozenProcess,
  ) {}

  static async open(database: TestDatabase, frozen: FrozenProcess, connect: Connect): Promise<World> {
    const logger = pino({ level: 'warn' }, process.stderr);
    const gateway = await createGateway({ settings: SETTINGS, secret: SECRET, logger, ...database });
    await gateway.app.listen({ host: '127.0.0.1', port: 0 });
    const superuser = new Client({ connectionString: database.superuserUrl });
    await superuser.connect();
    const world = new World(database, gateway, connect(portOf(gateway)), superuser, frozen);
    await world.#prepareFingerprint();
    return world;
  }

  /** Uses this transport from now on. */
  connect(connect: Connect): void {
    this.transport.close();
    this.transport = connect(portOf(this.gateway));
  }

  /** Begins a step: sets the clocks and restarts the random numbers, in the same way in every world. */
  async begin(step: number): Promise<void> {
    this.frozen.begin(step);
    await beginStep(this.superuser, step);
  }

  /** Sends one request and stores its counts. */
  async send(key: string, requestId: string, request: Request): Promise<Seen> {
    const seen = await this.transport.send(key, requestId, request);
    await this.gateway.flushCounters();
    return seen;
  }

  /** @throws Error with the whole answer if it contains an error. */
  async ask<Data>(key: string, query: string, variables: object = {}): Promise<Data> {
    const { body } = await this.send(key, 'arrange', { query, variables: { ...variables } });
    const { data, errors } = answerIn(body) as { data: Data; errors?: unknown };
    if (errors !== undefined) throw new Error(`The proof could not be arranged: ${body}`);
    return data;
  }

  async fingerprint(accountId: string): Promise<Fingerprint> {
    const { rows } = await this.superuser.query<{ name: string; print: string }>(this.#fingerprintStatement, [
      accountId,
    ]);
    return Object.fromEntries(rows.map(({ name, print }) => [name, print]));
  }

  async #prepareFingerprint(): Promise<void> {
    const { rows } = await this.superuser.query<{ name: string }>(ACCOUNT_TABLES);
    const tables = [...rows.map(({ name }) => ({ name, column: 'account_id' })), { name: 'account', column: 'id' }];
    this.#fingerprintStatement = tables
      .map(
        ({ name, column }) =>
          `SELECT '${name}' AS name, count(*) || ' ' || coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') AS print
             FROM ${name} t WHERE ${column} = $1`,
      )
      .join(' UNION ALL ');
  }

  async close(): Promise<void> {
    this.transport.close();
    await Promise.all([this.gateway.close(), this.superuser.end()]);
  }
}

export interface Party {
  readonly accountId: string;
  readonly key: string;
  readonly rows: SeededIds;
}

export interface Worlds {
  readonly alone: World;
  readonly crowded: World;
  readonly masterKey: string;
  /** In both worlds, with the same key and the same rows. */
  readonly account: Party;
  /** Only in the crowded world. */
  readonly neighbour: Party;
  /** A new step, so that its random values differ from those of all others. */
  nextStep(): number;
  close(): Promise<void>;
}

const CREATE_ACCOUNT =
  'mutation ($slug: String!) { createAccount(input: { slug: $slug, name: $slug }) { account { id } secret } }';

async function settle(world: World, masterKey: string, slug: string): Promise<Party> {
  const { createAccount: made } = await world.ask<{ createAccount: { account: { id: string }; secret: string } }>(
    masterKey,
    CREATE_ACCOUNT,
    { slug },
  );
  const ask = <Data>(query: string, variables?: object): Promise<Data> => world.ask(made.secret, query, variables);
  return { accountId: made.account.id, key: made.secret, rows: await seed({ ask }, slug) };
}

/** Creates the account and its rows once; the crowded world is a copy to which the neighbour is added. */
export async function createWorlds(connect: Connect): Promise<Worlds> {
  const frozen = new FrozenProcess();
  const dataDir = newFolder();
  const empty = await createEmptyDatabase();
  await freezeDatabase(empty.superuserUrl);
  const original = { ...empty, ...(await migrate(empty.ownerUrl, { DATA_DIR: dataDir })) };
  const masterKey = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });
  await ensureMasterKey(original.ownerUrl, masterKey);
  const first = await World.open(original, frozen, connect);
  const account = await settle(first, masterKey, 'own');
  await first.close();
  await seedBulk(original.superuserUrl, account.accountId, 2);
  const copied = await copyDatabase(original);
  const copy = {
    ...copied,
    tenantUrl: withDatabase(original.tenantUrl, copied.name),
    operatorUrl: withDatabase(original.operatorUrl, copied.name),
    restrictedUrl: withDatabase(original.restrictedUrl, copied.name),
  };
  const alone = await World.open(original, frozen, connect);
  const crowded = await World.open(copy, frozen, connect);
  await crowded.begin(1);
  const neighbour = await settle(crowded, masterKey, 'zz-foreign');
  await seedBulk(copy.superuserUrl, neighbour.accountId, NEIGHBOUR_COPIES);
  let step = ARRANGED_STEPS;
  return {
    alone,
    crowded,
    masterKey,
    account,
    neighbour,
    nextStep: () => (step += 1),
    close: async () => {
      frozen.end();
      await Promise.all([alone.close(), crowded.close()]);
      await Promise.all([original.drop(), copy.drop()]);
    },
  };
}
