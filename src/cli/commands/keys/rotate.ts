/** keys rotate. */
import { RotateApiKeyDocument } from '../../../../schema/generated/operations';
import { followUp, openWriteSession, requireTarget, type SessionOptions } from '../../gateway/session';
import { data, json, note } from '../../output/print';
import { command, numberOption, withAccount, withReason, type Common } from '../command';
import { findKey } from './find';
import { describeKey, endOf, type Key } from './table';

type Options = Common & SessionOptions & { readonly grace: number };

async function rotate(text: string, options: Options): Promise<void> {
  const session = await openWriteSession(options);
  const target = await requireTarget(session, options);
  const isCurrent = ({ status, replacedBy }: Key): boolean => status === 'ACTIVE' && !replacedBy;
  const { id } = await findKey(session, { target, account: options.account, text }, isCurrent);
  const variables = { accountId: target.id, id, graceSeconds: options.grace };
  const { rotateApiKey: rotated } = await session.client.ask(RotateApiKeyDocument, variables);
  note(`Key rotated. The old one, ${describeKey(rotated.replaced)}, ends ${endOf(rotated.replaced) ?? 'never'}.`);
  const { profile, url } = session.credentials;
  if (id === session.viewer.key.id && profile !== null)
    note(`This was the key of this profile. Save the new one with: ${followUp(session, {}, 'login', '--url', url)}`);
  note(`The new key, id ${rotated.apiKey.id}, is shown only once:`);
  await (options.json === true ? json(rotated) : data(rotated.secret));
}

export const keysRotateCommand = withReason(
  withAccount(
    command('rotate', 'Replace a key with a new one. Prints only the new key, which is shown only once.', [
      'keys rotate "nightly build" --grace 3600 --profile dev',
    ]),
  ),
)
  .argument('<key>', 'name or id of the key')
  .addOption(
    numberOption('--grace <seconds>', 'how long the old key stays valid', {
      min: 0,
      max: 604_800,
      default: 86_400,
    }),
  )
  .action(rotate);
