/** SQL of one account cannot write into the access log of another account. */
import { Client } from 'pg';
import { newId } from '../../src/db/ids';
import { query } from '../harness/sql';
import { setupTwoTenants } from '../harness/setup-tenants';

const tenants = setupTwoTenants();
const { acme, globex } = tenants;

const RECORD = `SELECT record_master_access($1, $1, 'forged', NULL, '{}', 'forged', '', '', false, $2::jsonb)`;
const FORGED = `SELECT account_id AS "accountId" FROM account_access WHERE key_name = 'forged'`;

it('an entry written as one account is stored only for that account; one written across accounts, for all that it names', async () => {
  const { database } = tenants;
  const both = JSON.stringify(
    [acme, globex].map(({ accountId }) => ({ accountId, fields: ['forged'], operationName: null, reason: 'forged' })),
  );
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
