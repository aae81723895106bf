/** How many live rows of each resource accounts have: one statement for all accounts of a page. */
import DataLoader from 'dataloader';
import { Field, Int, ObjectType } from 'type-graphql';
import { scopeOfRow } from '../../db/statements/row';
import type { Scope } from '../../db/scope';
import type { Resource } from '../../graph/resource';
import type { Account } from './account.entity';

@ObjectType({ description: 'The number of rows of one resource that an account has.' })
export class ResourceCount {
  @Field(() => String, { description: 'The type of the rows, for example `Agent`.' })
  resourceType!: string;

  @Field(() => Int, { description: 'Rows that are not deleted.' })
  live!: number;
}

/** Value: the one account of the scope, or the accounts asked for. */
function countText(scope: Scope, resources: readonly Resource[]): string {
  const wanted = scope.accountId === null ? 'ANY($1::uuid[])' : '$1';
  const parts = resources.map(({ entity, names }) => {
    const table = scope.database.table(entity);
    const live = table.softDeletes ? ' AND t.deleted_at IS NULL' : '';
    return `SELECT t.account_id, '${names.type}', count(*) FROM ${table.sql} t WHERE t.account_id = ${wanted}${live} GROUP BY 1`;
  });
  return parts.join(' UNION ALL ');
}

async function fetch(
  scope: Scope,
  resources: readonly Resource[],
  accounts: readonly string[],
): Promise<ResourceCount[][]> {
  const statement = { name: undefined, text: countText(scope, resources), columns: [] };
  const rows = await scope.read(statement, [scope.accountId ?? accounts]);
  const found = new Map(rows.map(([account, type, count]) => [`${String(account)} ${String(type)}`, Number(count)]));
  return accounts.map((account) =>
    resources.map(({ names: { type } }) => ({ resourceType: type, live: found.get(`${account} ${type}`) ?? 0 })),
  );
}

/** One for each scope: a scope lives as long as its request. */
const loaders = new WeakMap<Scope, DataLoader<string, ResourceCount[]>>();

export function countsOf(account: Account, resources: readonly Resource[]): Promise<ResourceCount[]> {
  const scope = scopeOfRow(account);
  let loader = loaders.get(scope);
  if (!loader) loaders.set(scope, (loader = new DataLoader((ids) => fetch(scope, resources, ids))));
  return loader.load(account.id);
}
