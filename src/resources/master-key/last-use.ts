/** When master keys were last used: read from their record, for all keys of a page in one statement. */
import DataLoader from 'dataloader';
import { scopeOfRow } from '../../db/statements/row';
import type { Scope } from '../../db/scope';
import type { MasterKey } from './master-key.entity';

const LAST_USES = {
  name: 'last_master_access',
  text: `SELECT k.id, (SELECT a.created_at FROM master_access a WHERE a.key_id = k.id ORDER BY a.id DESC LIMIT 1)
           FROM unnest($1::uuid[]) k (id)`,
  columns: [],
};

/** One for each scope: a scope lives as long as its request. */
const loaders = new WeakMap<Scope, DataLoader<string, string | null>>();

async function fetch(scope: Scope, ids: readonly string[]): Promise<(string | null)[]> {
  const times = new Map(
    (await scope.read(LAST_USES, [ids])).map(([id, at]) => [String(id), typeof at === 'string' ? at : null]),
  );
  return ids.map((id) => times.get(id) ?? null);
}

export function lastUseOf(key: MasterKey): Promise<string | null> {
  const scope = scopeOfRow(key);
  let loader = loaders.get(scope);
  if (!loader) loaders.set(scope, (loader = new DataLoader((ids) => fetch(scope, ids))));
  return loader.load(key.id);
}
