/** Which import `undo` takes back when none is named. */
import { AuditEventsPageDocument } from '../../../../schema/generated/operations';
import { CommandFailure } from '../../failures';
import { everyNode, PAGE } from '../../gateway/pages';
import type { Session, Target } from '../../gateway/session';
import { note } from '../../output/print';

/** The newest import of an account that is not undone, as its audit log has it. @throws CommandFailure when there is none. */
export async function newestImport({ client }: Session, { id: accountId, slug }: Target): Promise<string> {
  const filter = { resourceType: { equals: 'ConfigurationImport' } };
  const events = everyNode(async (after) => {
    const variables = { accountId, first: PAGE, after, direction: 'DESC', filter } as const;
    return (await client.ask(AuditEventsPageDocument, variables)).auditEvents;
  });
  // Newest first: that an import was undone is read before the import itself.
  const undone = new Set<string>();
  for await (const { action, resourceId, at } of events) {
    if (action !== 'CREATE') undone.add(resourceId);
    else if (!undone.has(resourceId)) {
      note(`The newest import that is not undone is ${resourceId}, of ${at}.`);
      return resourceId;
    }
  }
  throw new CommandFailure(
    undone.size === 0
      ? `Nothing was ever imported into the account "${slug}".`
      : `All imports into the account "${slug}" are undone already.`,
  );
}
