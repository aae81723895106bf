/** Faults of simulations, plans of access, and what several rows or processes share. */
import type { Mutant } from './mutants';

const PLAN = ['test/access/access-plan'];

export const ACCESS_MUTANTS: readonly Mutant[] = [
  {
    name: 'access: a plan is applied whatever was agreed to',
    file: 'src/resources/access-plan/apply-access.ts',
    find: 'if (plan.hash !== hash)',
    replace: 'if (plan.hash.length === 0)',
    tests: PLAN,
  },
  {
    name: 'access: undoing a plan gives back more than the caller has',
    file: 'src/resources/access-plan/apply-access.ts',
    find: 'refuseKeyBeyond(transaction.scope.caller, former, customRole);',
    replace: '',
    tests: PLAN,
  },
  {
    name: 'access: undoing a plan overwrites what was changed since',
    file: 'src/resources/access-plan/apply-access.ts',
    find: 'if (key?.version !== version)',
    replace: 'if (!key)',
    tests: PLAN,
  },
  {
    name: 'access: keys below are simulated with the rights that the key has',
    file: 'src/resources/access-decision/simulated-keys.ts',
    find: 'link.id === own.id ? changed : link',
    replace: 'link.id === own.id && links.length === 1 ? changed : link',
    tests: ['test/access/simulation'],
  },
  {
    name: 'rows without an owner: pages go on behind the id alone',
    file: 'src/db/statements/across-tables.ts',
    find: `AND t.id >= $2 AND (t.id, t."account_id", '\${type}') > ($2, $4::uuid, $5::text)`,
    replace: 'AND t.id > $2 AND $4::uuid IS NOT NULL AND $5::text IS NOT NULL',
    tests: ['test/isolation/same-ids'],
  },
  {
    name: 'limits: a worker that cannot reach the shared count answers INTERNAL',
    file: 'src/http/rate-limit.ts',
    find: '      return here(who, points, account);',
    replace: "      throw new Error('the count was not reached');",
    tests: ['test/workers'],
  },
];
