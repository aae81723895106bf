/** The public /readyz contains no messages of the driver, which include addresses and names of roles. */
import { problemOf, UnfitReplicaError } from './problem';

const refused = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code, severity: 'ERROR' });

it.each([
  [refused('28P01', 'password authentication failed for user "tenant"'), 'it refuses the login'],
  [refused('28000', 'no pg_hba.conf entry for host "10.0.0.7", user "tenant"'), 'it refuses the login'],
  [refused('3D000', 'database "portcullis" does not exist'), 'or lacks the database'],
  [Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' }), 'it cannot be reached'],
  [refused('42883', 'function current_replication_mark() does not exist'), 'SQLSTATE 42883'],
  [new Error('self-signed certificate of db2.internal'), 'it cannot be queried'],
  [new UnfitReplicaError('it lags behind'), 'it lags behind'],
])('%s', (error, words) => {
  const problem = problemOf(error);
  expect(problem).toContain(words);
  expect(problem).not.toMatch(/10\.0\.0\.7|tenant|portcullis|internal/);
});
