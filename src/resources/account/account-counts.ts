/** The number of rows per resource of an account: one statement for all accounts of a page. */
import DataLoader from 'dataloader';
import { Field, Int, ObjectType } from 'type-graphql';
import { scopeOfRow } from '../../db/scope';
import { liveCounts } from '../../db/statements/across-tables';
import { COUNT_LIMIT } from '../../db/statements/select';
import type { Scope } from '../../db/scope';
import type { Resource } from '../../graph/resource';
import type { Account } from './account.entity';

@ObjectType({ description: 'The number of rows of one resource that an account has.' })
export class ResourceCount {
  @Field(() => String, { description: 'The type of the rows, for example `Agent`.' })
  resourceType!: string;

  @Field(() => Int, { description: 'Rows that are not deleted, counted up to 10,000.' })
  live!: number;

  @Field(() => Boolean, { description: 'False when there are more than `live`.' })
  liveIsExact!: boolean;
}

async function fetch(
  scope: Scope,
  resources: readonly Resource[],
  accounts: readonly string[],
): Promise<ResourceCount[][]> {
  const tables = resources.map(({ entity, names: { type } }) => ({ table: scope.database.table(entity), type }));
  const requests = scope.readsByAccount ? accounts : [scope.accountId ?? accounts];
  const rows = (await Promise.all(requests.map((each) => scope.read(liveCounts(tables, each))))).flat();
  const found = new Map(rows.map(([account, type, count]) => [`${String(account)} ${String(type)}`, Number(count)]));
  return accounts.map((account) =>
    resources.map(({ names: { type } }) => {
      const count = found.get(`${account} ${type}`) ?? 0;
      return { resourceType: type, live: Math.min(count, COUNT_LIMIT), liveIsExact: count <= COUNT_LIMIT };
    }),
  );
}

/** One per scope, which lives as long as its request. */
const loaders = new WeakMap<Scope, DataLoader<string, ResourceCount[]>>();

export function countsOf(account: Account, resources: readonly Resource[]): Promise<ResourceCount[]> {
  const scope = scopeOfRow(account);
  let loader = loaders.get(scope);
  if (!loader) loaders.set(scope, (loader = new DataLoader((ids) => fetch(scope, resources, ids))));
  return loader.load(account.id);
}
