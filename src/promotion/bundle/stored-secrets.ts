/** Secrets that earlier releases stored in plain text, in an account's configuration. */
import type { Scope } from '../../db/scope';
import { pathText } from '../../util/path-text';
import { readCurrentConfig } from '../plan/current-config';
import type { StoredSecret } from '../promotion.objects';
import { entriesOf, nameOf } from './entry';
import type { BundleSection } from './sections';

export async function storedSecrets(scope: Scope, sections: readonly BundleSection[]): Promise<StoredSecret[]> {
  const entries = await entriesOf(sections, await readCurrentConfig(scope, scope, sections));
  return sections.flatMap((section) =>
    (entries.get(section.type) ?? []).flatMap(({ row, entry, exposed }) =>
      exposed.map(({ path, problem }) => ({
        accountId: String(row.values.accountId),
        resourceType: section.type,
        resourceId: row.id,
        resourceName: nameOf(section, entry),
        path: pathText(path),
        problem: `${problem}.`,
      })),
    ),
  );
}
