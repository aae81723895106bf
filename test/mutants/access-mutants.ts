/** Faults in access plans, simulations and restrictions of keys, and in state that rows or processes share. */
import type { Mutant } from './mutants';

const PLAN = ['test/access/access-plan'];

export const ACCESS_MUTANTS: readonly Mutant[] = [
  {
    name: 'access: a plan is applied although it differs from the approved one',
    file: 'src/resources/access-plan/apply-access.ts',
    find: 'if (plan.hash !== hash)',
    replace: 'if (plan.hash.length === 0)',
    tests: PLAN,
  },
  {
    name: "access: undoing a plan restores rights that exceed the caller's",
    file: 'src/resources/access-plan/apply-access.ts',
    find: 'refuseKeyBeyond(transaction.scope.caller, former, customRole);',
    replace: '',
    tests: PLAN,
  },
  {
    name: 'access: undoing a plan overwrites later changes',
    file: 'src/resources/access-plan/apply-access.ts',
    find: 'if (key?.version !== version)',
    replace: 'if (!key)',
    tests: PLAN,
  },
  {
    name: 'access: delegated keys are simulated with the current rights of the key above',
    file: 'src/resources/access-decision/simulated-keys.ts',
    find: 'link.id === own.id ? changed : link',
    replace: 'link.id === own.id && links.length === 1 ? changed : link',
    tests: ['test/access/simulation'],
  },
  {
    name: 'rows without an owner: pages continue by id alone',
    file: 'src/db/statements/across-tables.ts',
    find: `AND (t."account_id", t.id, '\${type}') > ($1::uuid, $2::uuid, $3::text)`,
    replace: 'AND t.id > $2::uuid AND $3::text IS NOT NULL',
    tests: ['test/isolation/same-ids'],
  },
  {
    name: 'limits: a worker that cannot reach the shared counters answers INTERNAL',
    file: 'src/http/rate-limit.ts',
    find: '      return here(who, points, account);',
    replace: "      throw new Error('the count was not reached');",
    tests: ['test/workers'],
  },
  {
    name: 'access: unknown permissions of a custom role are ignored',
    file: 'src/auth/key-access.ts',
    find: ' || permissions.some((each) => isEmpty(table.parse([each])))',
    replace: '',
    tests: ['test/access/custom-roles', 'test/access/cedar'],
  },
  {
    name: 'access: teams that are not a list restrict nothing',
    file: 'src/auth/row-restriction.ts',
    find: 'isTextList(value) ? [...new Set(value)] : NOTHING',
    replace: 'isTextList(value) ? [...new Set(value)] : null',
    tests: ['src/auth/key-access'],
  },
  {
    name: 'access: unreadable networks admit every address',
    file: 'src/auth/key-access.ts',
    find: 'return [networks instanceof Networks ? networks : Networks.none];',
    replace: 'return networks instanceof Networks ? [networks] : [];',
    tests: ['src/auth/key-access'],
  },
  {
    name: 'access: a key restricted to rows can use types without restrictions',
    file: 'src/auth/key-access.ts',
    find: 'return rows === null ? grants : table.only(grants, table.restrictable);',
    replace: 'return grants;',
    tests: ['test/access/(rows|single-rows)'],
  },
  {
    name: 'access: a delegated key has all rights of its role',
    file: 'src/auth/key-access.ts',
    find: '.reduce(intersection)',
    replace: '.reduce((own) => own)',
    tests: ['test/access/delegation'],
  },
  {
    name: 'access: a delegated key works from networks denied to the keys above it',
    file: 'src/auth/key-access.ts',
    find: 'links.flatMap(({ networks }) => networksOf(networks))',
    replace: 'links.slice(0, 1).flatMap(({ networks }) => networksOf(networks))',
    tests: ['test/access/(delegation|restrictions)'],
  },
  {
    name: 'access: a key works before its notBefore',
    file: 'src/auth/key-access.ts',
    find: 'startsAtMs !== null && startsAtMs > nowMs',
    replace: 'startsAtMs !== null && startsAtMs > nowMs * 1e6',
    tests: ['test/access/restrictions'],
  },
  {
    name: 'access: a key creates one that works from other networks',
    file: 'src/resources/api-key/key-rights.ts',
    find: 'networks && !access.networks.every((outer) => networks.isWithin(outer))',
    replace: 'networks === null && !access',
    tests: ['test/access/(delegation|restrictions|role-limits)'],
  },
  {
    name: 'access: a key creates one with more rights than its own',
    file: 'src/resources/api-key/key-rights.ts',
    find: `    refuseBeyond(access, grants);
    if (networks`,
    replace: '    if (networks',
    tests: ['test/access/(delegation|restrictions|role-limits)'],
  },
  {
    name: 'access: a simulation ignores the address and the time',
    file: 'src/resources/access-decision/simulated-keys.ts',
    find: ': useProblem(access, address, usedAtMs);',
    replace: ': null;',
    tests: ['test/access/simulation'],
  },
];
