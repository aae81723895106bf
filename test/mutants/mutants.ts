/** Faults that remove a layer of isolation. The isolation suites must detect each of them. */

export interface Mutant {
  /** What the fault does. */
  readonly name: string;
  readonly file: string;
  /** Code that occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The suites that must fail, as patterns for Jest. */
  readonly tests: readonly string[];
}

const STATEMENTS = ['test/isolation/statements-name-account'];
const LAYERS = ['test/isolation/layers'];

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the output guard lets every row through',
    file: 'src/graph/directives/output-guard.ts',
    find: 'return allowed ? tagged(value, scope) : this.reportForeignRow(context, typeName);',
    replace: 'return allowed || tagged(value, scope);',
    tests: LAYERS,
  },
  {
    name: 'the output guard lets rows without an account through',
    file: 'src/graph/directives/output-guard.ts',
    find: 'account === null ? !this.plan.requiresAccountId(typeName) :',
    replace: 'account === null ? true :',
    tests: ['src/graph/directives'],
  },
  {
    name: 'a foreign row is filtered out without an alarm',
    file: 'src/graph/policy.ts',
    find: "alarm: context.caller?.access.rows ? 'row_beyond_key' : 'cross_account_row',",
    replace: '',
    tests: LAYERS,
  },
  {
    name: 'an account key may name another account',
    file: 'src/graph/request-context.ts',
    find: "if (typeof requestedAccountId === 'string' && requestedAccountId.toLowerCase() !== account.id) {",
    replace: "if (requestedAccountId === 'never') {",
    tests: ['test/isolation/hostile', ...LAYERS],
  },
  {
    name: 'an account key gets the scope of any account that it names',
    file: 'src/db/scope.ts',
    find: 'if (!caller.isMaster && caller.account?.id !== accountId) {',
    replace: 'if (caller.isMaster && accountId.length === 0) {',
    tests: ['src/db/scope'],
  },
  {
    name: 'requireMaster lets account keys through',
    file: 'src/graph/policy.ts',
    find: 'if (!requireCaller(context).isMaster) throw forbidden(fieldPath);',
    replace: 'requireCaller(context);',
    tests: ['src/db/scope'],
  },
  {
    name: 'an account key gets the scope of all accounts',
    file: 'src/db/scope.ts',
    find: "if (!caller.isMaster) throw new GatewayError('FORBIDDEN', 'Only a master key works across accounts.');",
    replace: '',
    tests: ['src/db/scope'],
  },
  {
    name: 'a master key works as the operator role within one account',
    file: 'src/db/scope.ts',
    find: "if (this.accountId === null) return 'operator';",
    replace: "if (this.accountId === null || this.caller.isMaster) return 'operator';",
    tests: LAYERS,
  },
  {
    name: 'a scope covers every account',
    file: 'src/db/scope.ts',
    find: 'return this.accountId === null || this.accountId === accountId;',
    replace: 'return accountId.length > 0;',
    tests: LAYERS,
  },
  {
    name: "a master key's access to an account is not logged",
    file: 'src/db/scope.ts',
    find: 'if (accountId !== null) this.recordAccess(accountId);',
    replace: '',
    tests: ['test/keys/master', 'test/database/access-record'],
  },
  {
    name: 'lists and single rows are read without an account condition',
    file: 'src/db/statements/select.ts',
    find: 'if (oneAccount) return [`${column} = ${places.next()}`];',
    replace: 'if (oneAccount) return [`${places.next()}::uuid IS NOT NULL`];',
    tests: [...LAYERS, ...STATEMENTS],
  },
  {
    name: 'the statement cache ignores whether the account is bound',
    file: 'src/db/statements/select.ts',
    find: '`${kind}|${table.name}|${oneAccount ? 1 : 0}|${deleted}|${predicateKey(predicates)}`',
    replace: '`${kind}|${table.name}|${deleted}|${predicateKey(predicates)}`',
    tests: ['test/isolation/layers'],
  },
  {
    name: 'a look-up of related rows ignores the account (belongsTo)',
    file: 'src/db/statements/relation.ts',
    find: 'WHERE t.account_id = ${account} AND t.id = k.id',
    replace: 'WHERE ${account} IS NOT NULL AND t.id = k.id',
    tests: STATEMENTS,
  },
  {
    name: 'a look-up of related rows ignores the account (hasMany)',
    file: 'src/db/statements/relation.ts',
    find: 'WHERE t.account_id = ${account} AND t.${by} = k.id',
    replace: 'WHERE ${account} IS NOT NULL AND t.${by} = k.id',
    tests: STATEMENTS,
  },
  {
    name: 'a link table is joined without its account',
    file: 'src/db/statements/relation.ts',
    find: 'WHERE l.account_id = ${account} AND l.${near} = k.id${alive(target)}',
    replace: 'WHERE ${account} IS NOT NULL AND l.${near} = k.id${alive(target)}',
    tests: STATEMENTS,
  },
  {
    name: 'a loader assigns rows to requests by id alone',
    file: 'src/db/loaders.ts',
    find: 'const rows = rowsByAccount.get(accountId);',
    replace: 'const rows = new Map([...rowsByAccount.values()].flatMap((keys) => [...keys]));',
    tests: ['test/isolation/same-ids'],
  },
  {
    name: 'accounts share a loader',
    file: 'src/db/loaders.ts',
    find: 'let partition = this.#partitions.get(accountId);',
    replace: 'let partition = [...this.#partitions.values()][0];',
    tests: ['test/isolation/same-ids', 'test/isolation/concurrency', 'test/isolation/layers'],
  },
  {
    name: 'links are removed in every account',
    file: 'src/db/statements/links.ts',
    find: 'WHERE "account_id" = $1 AND ${near} = $2 AND ${far} = $3',
    replace: 'WHERE $1::uuid IS NOT NULL AND ${near} = $2 AND ${far} = $3',
    tests: STATEMENTS,
  },
  {
    name: 'links are read in every account',
    file: 'src/db/statements/links.ts',
    find: 'WHERE "account_id" = $1 AND ${near} = ANY($2::uuid[])',
    replace: 'WHERE $1::uuid IS NOT NULL AND ${near} = ANY($2::uuid[])',
    tests: STATEMENTS,
  },
  {
    name: 'the links of every account are exported',
    file: 'src/db/statements/links.ts',
    find: 'WHERE "account_id" = $1 ORDER BY',
    replace: 'WHERE $1::uuid IS NOT NULL ORDER BY',
    tests: STATEMENTS,
  },
  {
    name: 'dependents are deleted in every account',
    file: 'src/db/statements/dependents.ts',
    find: 't."account_id" = $1 AND t.${columnOf(table, column).sql} = ANY($2::uuid[]) AND t.deleted_at',
    replace: '$1::uuid IS NOT NULL AND t.${columnOf(table, column).sql} = ANY($2::uuid[]) AND t.deleted_at',
    tests: STATEMENTS,
  },
  {
    name: 'a restore includes rows of every account',
    file: 'src/db/statements/dependents.ts',
    find: 't."account_id" = $1 AND t.deletion_id = $2',
    replace: '$1::uuid IS NOT NULL AND t.deletion_id = $2',
    tests: STATEMENTS,
  },
  {
    name: 'IN_USE searches for references in every account',
    file: 'src/db/statements/references.ts',
    find: '`t."account_id" = $1 AND t.deleted_at IS NULL${others}',
    replace: '`$1::uuid IS NOT NULL AND t.deleted_at IS NULL${others}',
    tests: STATEMENTS,
  },
  {
    name: 'IN_USE searches the links of every account',
    file: 'src/db/statements/references.ts',
    find: 'WHERE l."account_id" = $1 AND l.${far}',
    replace: 'WHERE $1::uuid IS NOT NULL AND l.${far}',
    tests: STATEMENTS,
  },
  {
    name: 'an update identifies its row by id alone',
    file: 'src/db/statements/change.ts',
    find: "return { where: `${columnOf(table, 'accountId').sql} = $1 AND id = $2`, values: [accountId, id] };",
    replace: 'return { where: `$1::uuid IS NOT NULL AND id = $2`, values: [accountId, id] };',
    tests: [...STATEMENTS, ...LAYERS],
  },
  {
    name: 'a lock identifies its rows by id alone',
    file: 'src/db/statements/change.ts',
    find: "[`t.${columnOf(table, table.account ?? 'id').sql} = $2`]",
    replace: "['$2::uuid IS NOT NULL']",
    tests: [...STATEMENTS, ...LAYERS],
  },
  {
    name: 'an export reads the rows of every account',
    file: 'src/db/statements/across-tables.ts',
    find: 't WHERE t."account_id" = $1${alive(table)} ORDER BY t.id`',
    replace: 't WHERE $1::uuid IS NOT NULL${alive(table)} ORDER BY t.id`',
    tests: [...LAYERS, ...STATEMENTS],
  },
  {
    name: 'row counts include every account',
    file: 'src/db/statements/across-tables.ts',
    find: 't."account_id" = ${account}${alive(table)} LIMIT',
    replace: '${account} IS NOT NULL${alive(table)} LIMIT',
    tests: STATEMENTS,
  },
  {
    name: 'a past state is looked up by row id alone',
    file: 'src/db/statements/audit-events.ts',
    find: 'WHERE ${OF_ROW} AND e.at <= $4',
    replace:
      "WHERE $1::uuid IS NOT NULL AND e.resource_type = $2 AND e.resource_id = $3 AND e.action <> 'ERASE' AND e.at <= $4",
    tests: [...LAYERS, ...STATEMENTS],
  },
  {
    name: 'the first state of a row is looked up by row id alone',
    file: 'src/db/statements/audit-events.ts',
    find: 'WHERE ${OF_ROW} AND e.at > $4',
    replace:
      "WHERE $1::uuid IS NOT NULL AND e.resource_type = $2 AND e.resource_id = $3 AND e.action <> 'ERASE' AND e.at > $4",
    tests: [...LAYERS, ...STATEMENTS],
  },
  {
    name: 'a chain is verified and exported with the events of every account',
    file: 'src/db/statements/audit-events.ts',
    find: 'WHERE e."account_id" = $1 AND e.sequence > $2 ORDER BY e.sequence LIMIT $3',
    replace: 'WHERE $1::uuid IS NOT NULL AND e.sequence > $2 ORDER BY e.sequence LIMIT $3',
    tests: [...LAYERS, ...STATEMENTS],
  },
  {
    name: 'the list of keys that expire soon includes every account',
    file: 'src/db/statements/api-keys.ts',
    find: `'k."account_id" = $1'} AND k.deleted_at IS NULL`,
    replace: `'$1::uuid IS NOT NULL'} AND k.deleted_at IS NULL`,
    tests: STATEMENTS,
  },
  {
    name: 'a cursor is not bound to its account',
    file: 'src/db/repository.ts',
    find: "this.scope.accountId ?? 'all'].join(' ')",
    replace: "'all'].join(' ')",
    tests: ['test/isolation/filters', 'test/agents'],
  },
  {
    name: 'a cursor is not bound to its direction',
    file: 'src/db/repository.ts',
    find: "[this.table.name, property, direction, this.scope.accountId ?? 'all']",
    replace: "[this.table.name, property, this.scope.accountId ?? 'all']",
    tests: ['test/isolation/filters'],
  },
  {
    name: 'a cursor is not bound to its list',
    file: 'src/db/cursor.ts',
    find: "createCipheriv('aes-256-gcm', this.#cipherKey, nonce).setAAD(Buffer.from(list))",
    replace: "createCipheriv('aes-256-gcm', this.#cipherKey, nonce).setAAD(Buffer.from(list.slice(0, 1)))",
    tests: ['test/isolation/filters', 'test/agents'],
  },
  {
    name: 'an Idempotency-Key returns the answer given to another key of the account',
    file: 'src/db/idempotency.ts',
    find: '`${own} AND caller_id = $2 AND key = $3 AND write = $4`',
    replace: '`${own} AND $2::uuid IS NOT NULL AND key = $3 AND write = $4`',
    tests: ['test/domain/idempotency'],
  },
  {
    name: 'an Idempotency-Key ignores the account',
    file: 'src/db/idempotency.ts',
    find: "const own = ofAccount ? 'account_id = $1' : '$1::uuid IS NULL';",
    replace: "const own = ofAccount ? '$1::uuid IS NOT NULL' : '$1::uuid IS NULL';",
    tests: STATEMENTS,
  },
  {
    name: 'a cached document keeps the variables of its first sender',
    file: 'src/graph/prepared-documents.ts',
    find: 'this.#plan = isConditional(document) ? null :',
    replace: 'this.#plan = isConditional(document) && document.definitions.length === 0 ? null :',
    tests: ['test/operations/who-sent', 'test/operations/every-run'],
  },
  {
    name: 'row level security is not forced on tables',
    file: 'migrations/2510-names-in-nfc.sql',
    find: "EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', target);",
    replace: "EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', target);",
    tests: ['test/database/structure', 'test/database/row-level-security'],
  },
  {
    name: 'privileges of other roles are not revoked',
    file: 'src/db/setup/revoke-from-others.ts',
    find: 'others.map(([object, , name]) =>',
    replace: 'others.slice(others.length).map(([object, , name]) =>',
    tests: ['test/database/privileges'],
  },
];
