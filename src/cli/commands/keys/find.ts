/** Finds the key given as an argument, by name or id. */
import { ApiKeysPageDocument } from '../../../../schema/generated/operations';
import { CommandFailure } from '../../failures';
import { everyNode, PAGE } from '../../gateway/pages';
import { followUp, type Session, type Target } from '../../gateway/session';
import { describeKey, type Key } from './table';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * @param isExpected for keys of the same name: those the command is meant for come first.
 * @throws CommandFailure when no key matches, or several do.
 */
export async function findKey(
  session: Session,
  {
    target: { id: accountId, slug },
    account,
    text,
  }: { readonly target: Target; readonly account?: string; readonly text: string },
  isExpected: (key: Key) => boolean,
): Promise<Key> {
  const filter = ID.test(text) ? { id: { equals: text } } : { name: { equals: text } };
  const pages = everyNode(
    async (after) => (await session.client.ask(ApiKeysPageDocument, { accountId, first: PAGE, after, filter })).apiKeys,
  );
  const keys: Key[] = [];
  for await (const key of pages) keys.push(key);
  const expected = keys.filter(isExpected);
  const candidates = expected.length > 0 ? expected : keys;
  const [key] = candidates;
  if (!key)
    throw new CommandFailure(
      `The account "${slug}" has no key "${text}". List its keys with: ${followUp(session, { account }, 'keys', 'list')}`,
    );
  if (candidates.length === 1) return key;
  const list = candidates.map((candidate) => `  ${describeKey(candidate)}`);
  throw new CommandFailure(
    [`The account "${slug}" has several keys "${text}": give the id of one.`, ...list].join('\n'),
  );
}
