/** Faults that remove one of the checks that keep unsuitable replicas from answering reads. */
import type { Mutant } from './mutants';

const READS = ['test/faults/replicas'];
const FOREIGN = ['test/faults/foreign-replicas'];

export const REPLICA_MUTANTS: readonly Mutant[] = [
  {
    name: 'replicas: a read does not check how far the replica has replayed',
    file: 'src/db/replicas/position.ts',
    find: 'pg_last_wal_replay_lsn() >= $1::text::pg_lsn',
    replace: "pg_last_wal_replay_lsn() >= LEAST($1::text::pg_lsn, '0/0')",
    tests: READS,
  },
  {
    name: 'replicas: a read does not check the mark of the primary',
    file: 'src/db/replicas/position.ts',
    find: 'current_replication_mark() = $2::text::uuid',
    replace: '(current_replication_mark() = $2::text::uuid OR true)',
    tests: FOREIGN,
  },
  {
    name: 'replicas: a promoted one is still used',
    file: 'src/db/replicas/position.ts',
    find: 'CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END::text',
    replace: 'pg_last_wal_replay_lsn()::text',
    tests: READS,
  },
  {
    name: 'replicas: the identity of the cluster is not compared',
    file: 'src/db/replicas/replica.ts',
    find: 'if (own !== identity)',
    replace: 'if (own === identity.length)',
    tests: FOREIGN,
  },
  {
    name: 'replicas: policies are not compared',
    file: 'src/db/replicas/replica.ts',
    find: 'if (fault !== undefined)',
    replace: "if (fault === 'never')",
    tests: FOREIGN,
  },
  {
    name: 'replicas: one with a different history is still used',
    file: 'src/db/replicas/replica.ts',
    find: 'if (this.#lacked !== null && this.#lacked === lacked)',
    replace: "if (this.#lacked === 'never' && this.#lacked === lacked)",
    tests: FOREIGN,
  },
  {
    name: 'replicas: one that lags behind is used',
    file: 'src/db/replicas/replica.ts',
    find: "if (replayed < earlier) return 'it lags behind';",
    replace: '',
    tests: READS,
  },
  {
    name: 'replicas: positions of an earlier timeline are compared',
    file: 'src/db/replicas/replicas.ts',
    find: 'if (timelineOf(position) !== timelineOf(floor)) return null;',
    replace: '',
    tests: ['test/faults/diverged-replicas'],
  },
  {
    name: 'replicas: a read waits for one that does not answer',
    file: 'src/db/replicas/replica.ts',
    find: 'const READS_WITHIN_MS = 2_000;',
    replace: 'const READS_WITHIN_MS = 60_000;',
    tests: ['test/faults/silent-replicas'],
  },
  {
    name: 'replicas: a mark that an earlier copy may show is accepted',
    file: 'src/db/replicas/primary-history.ts',
    find: 'if (state.isOld || this.current === null) {',
    replace: 'if (state.isOld) {',
    tests: [...FOREIGN, 'src/db/replicas/primary-history'],
  },
];
