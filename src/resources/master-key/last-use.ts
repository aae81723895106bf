/** When master keys were last used: read from their record, for all keys of a page in one statement. */
import DataLoader from 'dataloader';
import { scopeOfRow } from '../../db/scope';
import { lastMasterUses } from '../../db/statements/master-keys';
import type { Scope } from '../../db/scope';
import type { MasterKey } from './master-key.entity';

/** One for each scope: a scope lives as long as its request. */
const loaders = new WeakMap<Scope, DataLoader<string, string | null>>();

async function fetch(scope: Scope, ids: readonly string[]): Promise<(string | null)[]> {
  const times = new Map(
    (await scope.read(lastMasterUses(ids))).map(([id, at]) => [String(id), typeof at === 'string' ? at : null]),
  );
  return ids.map((id) => times.get(id) ?? null);
}

export function lastUseOf(key: MasterKey): Promise<string | null> {
  const scope = scopeOfRow(key);
  let loader = loaders.get(scope);
  if (!loader) loaders.set(scope, (loader = new DataLoader((ids) => fetch(scope, ids))));
  return loader.load(key.id);
}
