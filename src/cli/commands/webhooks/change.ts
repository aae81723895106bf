/** webhooks create, update, rotate, replay and test. */
import {
  CreateWebhookDocument,
  ReplayWebhookDocument,
  RotateWebhookSecretDocument,
  TestWebhookDocument,
  UpdateWebhookDocument,
  type AuditAction,
} from '../../../../schema/generated/operations';
import { CommandFailure } from '../../failures';
import { openWriteSession, requireTarget, type Session, type SessionOptions, type Target } from '../../gateway/session';
import { data, json, note } from '../../output/print';
import { visible } from '../../output/text';
import { command, itemsOf, numberOption, withAccount, withReason, type Common } from '../command';
import { findWebhook, type Webhook } from './find';

type Options = Common & SessionOptions;

interface Wanted extends Options {
  readonly url?: string;
  readonly types?: string[];
  readonly actions?: string[];
  readonly enable?: boolean;
  readonly disable?: boolean;
}

const MAX_SEQUENCE = 999_999_999;

/** The gateway knows which actions exist. */
const actionsOf = (actions: string[] | undefined): AuditAction[] | undefined =>
  actions?.map((action) => action.toUpperCase() as AuditAction);

async function openTarget(options: Options): Promise<{ readonly session: Session; readonly target: Target }> {
  const session = await openWriteSession(options);
  return { session, target: await requireTarget(session, options) };
}

async function openWebhook(
  text: string,
  options: Options,
): Promise<{ readonly session: Session; readonly target: Target; readonly webhook: Webhook }> {
  const { session, target } = await openTarget(options);
  return { session, target, webhook: await findWebhook(session, target, text) };
}

async function create(name: string, options: Wanted & { readonly url: string }): Promise<void> {
  const { session, target } = await openTarget(options);
  const input = { name, url: options.url, resourceTypes: options.types, actions: actionsOf(options.actions) };
  const { createWebhook: made } = await session.client.ask(CreateWebhookDocument, { accountId: target.id, input });
  note(`Webhook created for the account "${target.slug}". Its secret is shown only once:`);
  await (options.json === true ? json(made) : data(made.secret));
}

async function update(text: string, options: Wanted): Promise<void> {
  if (options.enable && options.disable) throw new CommandFailure('Give --enable or --disable, not both.');
  const { session, target, webhook } = await openWebhook(text, options);
  const input = {
    url: options.url,
    resourceTypes: options.types,
    actions: actionsOf(options.actions),
    enabled: options.enable ? true : options.disable ? false : undefined,
  };
  const variables = { accountId: target.id, id: webhook.id, input };
  const { updateWebhook: updated } = await session.client.ask(UpdateWebhookDocument, variables);
  note(`Webhook "${visible(updated.name)}" updated; it is ${updated.enabled ? 'enabled' : 'disabled'}.`);
  if (options.json === true) await json(updated);
}

async function rotate(text: string, options: Options & { readonly overlap: number }): Promise<void> {
  const { session, target, webhook } = await openWebhook(text, options);
  const variables = { accountId: target.id, id: webhook.id, overlapSeconds: options.overlap };
  const { rotateWebhookSecret: rotated } = await session.client.ask(RotateWebhookSecretDocument, variables);
  note(
    `Secret rotated; for ${options.overlap} s deliveries are also signed with the old one. The new secret is shown only once:`,
  );
  await (options.json === true ? json(rotated) : data(rotated.secret));
}

async function replay(text: string, options: Options & { readonly from: number }): Promise<void> {
  const { session, target, webhook } = await openWebhook(text, options);
  const variables = { accountId: target.id, id: webhook.id, fromSequence: options.from };
  const { replayWebhook: replayed } = await session.client.ask(ReplayWebhookDocument, variables);
  note(`Events are delivered again from event ${options.from} on.`);
  if (options.json === true) await json(replayed);
}

async function test(text: string, options: Options): Promise<void> {
  const { session, target, webhook } = await openWebhook(text, options);
  const { testWebhook: delivery } = await session.client.ask(TestWebhookDocument, {
    accountId: target.id,
    id: webhook.id,
  });
  if (options.json === true) await json(delivery);
  const problem = delivery.problem ?? '';
  if (delivery.status !== 'SUCCEEDED') throw new CommandFailure(`The test failed (${delivery.status}). ${problem}`);
  note(`The test was accepted in ${delivery.durationMs} ms.`);
}

const changing = (name: string, description: string, examples: readonly string[]) =>
  withReason(withAccount(command(name, description, examples)));

export const webhooksCreateCommand = changing(
  'create',
  'Create a webhook. Prints only its secret, which is shown only once.',
  ['webhooks create orders --url https://hooks.example/portcullis --types Agent,Tool --profile dev > secret.txt'],
)
  .argument('<name>', 'name of the webhook')
  .requiredOption('--url <url>', 'the endpoint: https, at a public address')
  .option('--types <types>', 'only events of rows of these types, separated by commas: Agent,Tool', itemsOf)
  .option('--actions <actions>', 'only these actions, separated by commas: create,update', itemsOf)
  .action(create);

export const webhooksUpdateCommand = changing('update', 'Change, enable or disable a webhook.', [
  'webhooks update orders --enable --profile dev',
  'webhooks update orders --url https://hooks.example/new --profile dev',
])
  .argument('<webhook>', 'name or id of the webhook')
  .option('--url <url>', 'the endpoint: https, at a public address')
  .option('--types <types>', 'only events of rows of these types, separated by commas: Agent,Tool', itemsOf)
  .option('--actions <actions>', 'only these actions, separated by commas: create,update', itemsOf)
  .option('--enable', 'continue with the event after the last delivered one')
  .option('--disable', 'send nothing until it is enabled again')
  .action(update);

export const webhooksRotateCommand = changing(
  'rotate',
  'Replace the secret of a webhook. Prints only the new secret, which is shown only once.',
  ['webhooks rotate orders --overlap 3600 --profile dev > secret.txt'],
)
  .argument('<webhook>', 'name or id of the webhook')
  .addOption(
    numberOption('--overlap <seconds>', 'how long deliveries are also signed with the old secret', {
      min: 0,
      max: 604_800,
      default: 86_400,
    }),
  )
  .action(rotate);

export const webhooksReplayCommand = changing('replay', 'Deliver events again, from one event of the audit log on.', [
  'webhooks replay orders --from 120 --profile dev',
])
  .argument('<webhook>', 'name or id of the webhook')
  .addOption(
    numberOption('--from <sequence>', 'the first event to deliver again', { min: 1, max: MAX_SEQUENCE, default: 1 }),
  )
  .action(replay);

export const webhooksTestCommand = changing('test', 'Send a test to a webhook.', ['webhooks test orders --profile dev'])
  .argument('<webhook>', 'name or id of the webhook')
  .action(test);
