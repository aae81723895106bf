/** audit checkpoint. */
import { CommandFailure } from '../../failures';
import { openSession } from '../../gateway/session';
import { json } from '../../output/print';
import { command } from '../command';
import { chainOf, checkpointOf, withChain, type Options } from './chain';

async function checkpoint(options: Options): Promise<void> {
  const session = await openSession(options);
  const target = await chainOf(session, options);
  const end = await checkpointOf(session, target);
  if (!end) throw new CommandFailure(`The account "${target.slug}" has no events yet.`);
  await json(end);
}

export const auditCheckpointCommand = withChain(
  command(
    'checkpoint',
    'Print the signed end of the audit log, with the gateway’s public key. Store it where nobody can change it.',
    ['audit checkpoint --profile dev > checkpoint.json'],
  ),
).action(checkpoint);
