/** events tail. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  AuditCheckpointDocument,
  FollowEventsDocument,
  type FollowEventsSubscription,
} from '../../../../schema/generated/operations';
import { CommandFailure } from '../../failures';
import { GatewayRefusal } from '../../gateway/refusal';
import { openSession, requireTarget, type Session } from '../../gateway/session';
import { data, json, note } from '../../output/print';
import { visible } from '../../output/text';
import { command, numberOption, withAccount, type Common } from '../command';

interface Options extends Common {
  readonly account?: string;
  readonly after?: number;
  readonly follow?: boolean;
}

type Event = FollowEventsSubscription['events'];

const MAX_SEQUENCE = 999_999_999;
/** The delay before it reconnects. */
const RETRY_MS = 1_000;
/** Ends of a stream after which it continues. */
const RESUMABLE: ReadonlySet<string> = new Set(['UNAVAILABLE', 'OVERLOADED', 'RATE_LIMITED']);

const eventText = ({ sequence, at, actorName, action, resourceType, resourceId, hash }: Event): string =>
  visible([sequence, at, actorName, `${action} ${resourceType} ${resourceId}`, hash].join('  '));

/** The progress of the command. */
interface Progress {
  /** Number of the last event printed. */
  last: number;
  readonly until: number;
}

/** A single connection. */
async function print({ client }: Session, accountId: string, progress: Progress, asJson: boolean): Promise<void> {
  for await (const { events } of client.stream(FollowEventsDocument, { accountId, after: progress.last })) {
    await (asJson ? json(events) : data(eventText(events)));
    progress.last = events.sequence;
    if (progress.last >= progress.until) break;
  }
}

/** Whether a stream that ended with this error is opened again. */
function isTemporary(error: unknown): error is CommandFailure {
  if (error instanceof GatewayRefusal) return RESUMABLE.has(error.code);
  // The gateway may be restarting: the options and the key were valid when the command began.
  return error instanceof CommandFailure;
}

async function tail(options: Options): Promise<void> {
  const session = await openSession(options);
  const { id: accountId } = await requireTarget(session, options);
  const { auditCheckpoint: end } = await session.client.ask(AuditCheckpointDocument, { accountId });
  const follows = options.follow === true;
  const progress = { last: options.after ?? (follows ? end.sequence : 0), until: follows ? Infinity : end.sequence };
  while (progress.last < progress.until) {
    try {
      await print(session, accountId, progress, options.json === true);
    } catch (error) {
      if (!follows || !isTemporary(error)) throw error;
      note(error.message);
    }
    if (progress.last < progress.until) await pause(RETRY_MS);
  }
}

export const eventsTailCommand = withAccount(
  command('tail', 'Print the events of an account as they are written, in order and without duplicates.', [
    'events tail --follow --profile dev',
    'events tail --after 0 --profile dev',
    'events tail --follow --account acme-prod --profile ops --json | jq .resourceId',
  ]),
)
  .addOption(
    numberOption('--after <sequence>', 'start after this event; 0 for all events', { min: 0, max: MAX_SEQUENCE }),
  )
  .option('--follow', 'keep printing new events until Ctrl-C, across restarts of the gateway')
  .action(tail);
