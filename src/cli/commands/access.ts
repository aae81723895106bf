/** Reviews of access: what each key has done, and what it would have needed. */
import { AccessReviewPageDocument, type AccessReviewPageQuery } from '../../../schema/generated/operations';
import { everyNode, PAGE } from '../gateway/pages';
import { accountIdOf, openSession } from '../gateway/session';
import { list } from '../output/print';
import { command, group, withAccount, type Common } from './command';

type Review = AccessReviewPageQuery['accessReview']['nodes'][number];

const row = ({ apiKey, leastRole, recommendation, evidence }: Review): (string | null | undefined)[] => [
  apiKey.id,
  apiKey.name,
  apiKey.lastUsedAt ?? 'never used',
  leastRole ?? 'none',
  evidence.map(({ action, resource, count }) => `${action} ${resource} ${count}x`).join(', '),
  recommendation,
];

async function review(options: Common & { readonly account?: string }): Promise<void> {
  const session = await openSession(options);
  const accountId = await accountIdOf(session, options);
  const reviews = everyNode(
    async (after) =>
      (await session.client.ask(AccessReviewPageDocument, { accountId, first: PAGE, after })).accessReview,
  );
  await list(options.json, reviews, ['key', 'name', 'last used', 'least role', 'did', 'recommendation'], row);
}

export const accessCommands = group('access', 'Who can do what, and needs to.', [
  withAccount(
    command('review', 'For every live key what it has done, and the least role that would have sufficed.', [
      'access review --profile dev',
      'access review --profile ops --json > review.jsonl',
    ]),
  ).action(review),
]);
