/** Secrets that earlier releases stored in clear, in the configuration of an account. */
import type { Scope } from '../../db/scope';
import { pathText } from '../../util/path-text';
import { readState } from '../plan/current-config';
import type { StoredSecret } from '../promotion.objects';
import { entriesOf, nameOf } from './entry';
import type { Kind } from './sections';

export async function storedSecrets(scope: Scope, kinds: readonly Kind[]): Promise<StoredSecret[]> {
  const entries = entriesOf(kinds, await readState(scope, scope, kinds));
  return kinds.flatMap((kind) =>
    (entries.get(kind.type) ?? []).flatMap(({ row, entry, exposed }) =>
      exposed.map(({ path, problem }) => ({
        accountId: String(row.values.accountId),
        resourceType: kind.type,
        resourceId: row.id,
        resourceName: nameOf(kind, entry),
        path: pathText(path),
        problem: `${problem}.`,
      })),
    ),
  );
}
