/** SQL of one account cannot write into the record that another account reads about itself. */
import { Client } from 'pg';
import { newId } from '../../src/db/ids';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { query } from '../harness/sql';

let tenants: TwoTenants;
beforeAll(async () => {
  tenants = await createTwoTenants();
});
afterAll(() => tenants.close());

const RECORD = `SELECT record_master_access($1, $1, 'forged', NULL, '{}', 'forged', '', '', false, $2::uuid[])`;
const FORGED = `SELECT account_id AS "accountId" FROM account_access WHERE key_name = 'forged'`;

it('an entry made as one account reaches that account alone, one made across accounts all that it names', async () => {
  const { acme, globex, database } = tenants;
  const both = [acme.accountId, globex.accountId];
  const tenant = new Client({ connectionString: database.tenantUrl });
  await tenant.connect();
  await tenant.query(RECORD, [newId(), both]);
  expect(await query(database.superuserUrl, FORGED)).toEqual([]);
  await tenant.query('BEGIN');
  await tenant.query(`SET LOCAL app.account_id = '${acme.accountId}'`);
  await tenant.query(RECORD, [newId(), both]);
  await tenant.query('COMMIT');
  await tenant.end();
  expect(await query(database.superuserUrl, FORGED)).toEqual([{ accountId: acme.accountId }]);
  await query(database.operatorUrl, RECORD, [newId(), both]);
  expect(await query(database.superuserUrl, FORGED)).toHaveLength(3);
});
