/** accounts list. */
import { AccountsPageDocument, type AccountsPageQuery } from '../../../../schema/generated/operations';
import { everyNode, PAGE } from '../../gateway/pages';
import { list } from '../../output/print';
import { command, type Common } from '../command';
import { openMaster } from './session';

type Account = AccountsPageQuery['accounts']['nodes'][number];

const HEAD = ['account', 'name', 'status', 'created', 'id'];
const cells = ({ slug, name, status, createdAt, id }: Account): string[] => [slug, name, status, createdAt, id];

async function listAccounts(options: Common): Promise<void> {
  const { client } = await openMaster(options);
  const accounts = everyNode(
    async (after) => (await client.ask(AccountsPageDocument, { first: PAGE, after })).accounts,
  );
  await list(options.json, accounts, HEAD, cells);
}

export const accountsListCommand = command('list', 'List all accounts.', [
  'accounts list --profile ops',
  'accounts list --json | jq -r .slug',
]).action(listAccounts);
