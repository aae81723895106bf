/** access review: what each key has done, and what it would have needed. */
import { AccessReviewPageDocument, type AccessReviewPageQuery } from '../../../../schema/generated/operations';
import { PAGE } from '../../gateway/pages';
import { accountIdOf, openSession } from '../../gateway/session';
import { command, withAccount, type Common } from '../command';
import { listRows } from '../list';

type Review = AccessReviewPageQuery['accessReview']['nodes'][number];

const HEAD = ['key', 'last used', 'least role', 'did', 'recommendation', 'id'];

const cells = ({ apiKey, leastRole, recommendation, evidence }: Review): string[] => [
  apiKey.name,
  apiKey.lastUsedAt ?? 'never',
  leastRole ?? 'none',
  evidence.map(({ action, resource, count }) => `${action} ${resource} ${count}x`).join(', '),
  recommendation,
  apiKey.id,
];

async function review(options: Common & { readonly account?: string }): Promise<void> {
  const session = await openSession(options);
  const accountId = await accountIdOf(session, options);
  await listRows(session, {
    accountId,
    readPage: async (after) =>
      (await session.client.ask(AccessReviewPageDocument, { accountId, first: PAGE, after })).accessReview,
    asJson: options.json,
    head: HEAD,
    cells,
  });
}

export const accessReviewCommand = withAccount(
  command('review', 'Show what each active key was used for, and the least-privileged role that would have sufficed.', [
    'access review --profile dev',
    'access review --profile ops --json > review.jsonl',
  ]),
).action(review);
