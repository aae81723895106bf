/** keys revoke. */
import { RevokeApiKeyDocument } from '../../../../schema/generated/operations';
import { nothingChanged } from '../../failures';
import { openWriteSession, requireTarget, type SessionOptions } from '../../gateway/session';
import { confirm } from '../../input/prompt';
import { json, note } from '../../output/print';
import { command, withAccount, withReason, withYes, type Common } from '../command';
import { findKey } from './find';
import { describeKey } from './table';

type Options = Common & SessionOptions & { readonly yes?: boolean };

async function revoke(text: string, options: Options): Promise<void> {
  const session = await openWriteSession(options);
  const target = await requireTarget(session, options);
  const key = await findKey(session, { target, account: options.account, text }, ({ status }) => status === 'ACTIVE');
  const own = key.id === session.viewer.key.id ? ' This is the key that the command itself uses.' : '';
  const question = `Revoke the key ${describeKey(key)} of the account "${target.slug}" permanently?${own}`;
  if (!(await confirm(question, options.yes))) throw nothingChanged();
  const { revokeApiKey } = await session.client.ask(RevokeApiKeyDocument, { accountId: target.id, id: key.id });
  note(`Key ${describeKey(key)} revoked.`);
  if (options.json === true) await json(revokeApiKey);
}

export const keysRevokeCommand = withYes(
  withReason(
    withAccount(command('revoke', 'Revoke a key permanently.', ['keys revoke "nightly build" --profile dev'])),
  ),
)
  .argument('<key>', 'name or id of the key')
  .action(revoke);
