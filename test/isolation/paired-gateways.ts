/** Two gateways for one account: in one world it is alone, in the other it has a large neighbour. */
import { randomBytes } from 'node:crypto';
import { copyDatabase, createDatabase } from '../harness/database';
import { seedBulk } from '../harness/seed-bulk';
import { seed, type SeededIds } from '../harness/factories';
import { startTestGateway, type Answer, type Client, type TestGateway, type Tenant } from '../harness/gateway';

export interface PairedGateways {
  /** The same key of the same account in both worlds. */
  readonly alone: Client;
  readonly crowded: Client;
  readonly acme: Tenant;
  /** Exists only in the crowded world. */
  readonly globex: Tenant;
  readonly own: SeededIds;
  readonly foreign: SeededIds;
  readonly gateways: { readonly alone: TestGateway; readonly crowded: TestGateway };
  close(): Promise<void>;
}

/** Each resource gets four of these, which makes more than 1,000 rows for any number of resources. */
const NEIGHBOURS = 250;

/** The account and its rows are created once; the second world is a copy of the first with the neighbour added. */
export async function createPairedGateways(): Promise<PairedGateways> {
  const secret = randomBytes(32);
  const database = await createDatabase();
  const first = await startTestGateway({ database, secret });
  const acme = await first.createAccount('acme-dev');
  const own = await seed(acme, 'Own');
  await first.close();
  await seedBulk(database.superuserUrl, acme.accountId, 2);
  const copy = await copyDatabase(database);
  const alone = await startTestGateway({ database, secret });
  const crowded = await startTestGateway({ database: copy, secret });
  const globex = await crowded.createAccount('globex-dev');
  const foreign = await seed(globex, 'Foreign');
  await seedBulk(copy.superuserUrl, globex.accountId, NEIGHBOURS);
  return {
    alone: alone.client(acme.key),
    crowded: crowded.client(acme.key),
    acme,
    globex,
    own,
    foreign,
    gateways: { alone, crowded },
    close: async () => {
      await Promise.all([alone.close(), crowded.close()]);
      await Promise.all([database.drop(), copy.drop()]);
    },
  };
}

/** Everything of an answer that a caller can see, in bytes, except for the time of day. */
export function visible({ status, headers, text }: Answer): string {
  const { date: _date, ...others } = headers;
  return JSON.stringify({ status, headers: others, text });
}
