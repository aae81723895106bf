/** Faults in simulations, access plans, and state that rows or processes share. */
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
    name: 'rows without an owner: pages continue after the id alone',
    file: 'src/db/statements/across-tables.ts',
    find: `AND (t."account_id", t.id, '\${type}') > ($1::uuid, $2::uuid, $3::text)`,
    replace: 'AND t.id > $2::uuid AND $3::text IS NOT NULL',
    tests: ['test/isolation/same-ids'],
  },
  {
    name: 'limits: a worker that cannot reach the shared count answers INTERNAL',
    file: 'src/http/rate-limit.ts',
    find: '      return here(who, points, account);',
    replace: "      throw new Error('the count was not reached');",
    tests: ['test/workers'],
  },
  {
    name: 'access: unknown permissions of a custom role are passed over',
    file: 'src/auth/key-access.ts',
    find: ' || permissions.some((each) => isEmpty(table.parse([each])))',
    replace: '',
    tests: ['test/access/custom-roles', 'test/access/cedar'],
  },
  {
    name: 'access: teams that are no list restrict nothing',
    file: 'src/auth/row-restriction.ts',
    find: 'isTextList(value) ? [...new Set(value)] : NOTHING',
    replace: 'isTextList(value) ? [...new Set(value)] : null',
    tests: ['src/auth/key-access'],
  },
  {
    name: 'access: networks that cannot be read let every address pass',
    file: 'src/auth/key-access.ts',
    find: 'return [networks instanceof Networks ? networks : Networks.none];',
    replace: 'return networks instanceof Networks ? [networks] : [];',
    tests: ['src/auth/key-access'],
  },
  {
    name: 'access: a key of rows reaches types that no restriction applies to',
    file: 'src/auth/key-access.ts',
    find: 'return rows === null ? grants : table.only(grants, table.restrictable);',
    replace: 'return grants;',
    tests: ['test/access/(rows|single-rows)'],
  },
  {
    name: 'access: a delegated key has the rights of its own role',
    file: 'src/auth/key-access.ts',
    find: '.reduce(intersection)',
    replace: '.reduce((own) => own)',
    tests: ['test/access/delegation'],
  },
  {
    name: 'access: a delegated key is used from where the keys above may not be',
    file: 'src/auth/key-access.ts',
    find: 'links.flatMap(({ networks }) => networksOf(networks))',
    replace: 'links.slice(0, 1).flatMap(({ networks }) => networksOf(networks))',
    tests: ['test/access/(delegation|restrictions)'],
  },
  {
    name: 'access: a key is used before its notBefore',
    file: 'src/auth/key-access.ts',
    find: 'startsAtMs !== null && startsAtMs > nowMs',
    replace: 'startsAtMs !== null && startsAtMs > nowMs * 1e6',
    tests: ['test/access/restrictions'],
  },
  {
    name: 'access: a key makes one that is used from elsewhere',
    file: 'src/resources/api-key/key-rights.ts',
    find: 'networks && !access.networks.every((outer) => networks.isWithin(outer))',
    replace: 'networks === null && !access',
    tests: ['test/access/(delegation|restrictions|role-limits)'],
  },
  {
    name: 'access: a key makes one with rights beyond its own',
    file: 'src/resources/api-key/key-rights.ts',
    find: `    refuseBeyond(access, grants);
    if (networks`,
    replace: '    if (networks',
    tests: ['test/access/(delegation|restrictions|role-limits)'],
  },
  {
    name: 'access: a simulation looks at neither address nor time',
    file: 'src/resources/access-decision/simulated-keys.ts',
    find: ': useProblem(access, address, usedAtMs);',
    replace: ': null;',
    tests: ['test/access/simulation'],
  },
];
