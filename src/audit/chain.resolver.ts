/** Checking the chain of an account, and taking checkpoints of it. */
import { Arg, Ctx, Extensions, Int, Query, Resolver } from 'type-graphql';
import type { Scope } from '../db/scope';
import { Scoped } from '../graph/decorators';
import { scopeOf, type RequestContext } from '../graph/request-context';
import { badInput, notFound } from '../errors';
import { AuditCheckpoint, AuditCheckpointInput, AuditExport, AuditVerification } from './audit.objects';
import { isSignedBy, signCheckpoint } from './checkpoint';
import { jsonLine } from './export';
import { readArchived, readCheckpoint, readEvents, type RunQuery } from './event-reader';
import { verifyChain, type TrustedPoint } from './verify-chain';

const MAX_VERIFIED_EVENTS = 20_000;
const MAX_EXPORT_LINES = 500;

const askIn =
  (scope: Scope): RunQuery =>
  (text, values) =>
    scope.read({ name: undefined, text, columns: [] }, values);

/** Where checking begins: behind `after`, or behind what was archived. */
async function startOf(
  ask: RunQuery,
  accountId: string,
  after: number,
  publicKey: string,
): Promise<TrustedPoint | null> {
  const archived = await readArchived(ask, accountId);
  if (archived && !isSignedBy(archived, publicKey))
    throw badInput(['accountId'], 'The checkpoint of the archived events was not signed by this gateway.');
  if (after <= (archived?.sequence ?? 0)) return archived;
  const anchor = await readCheckpoint(ask, accountId, after);
  if (anchor?.sequence !== after) throw badInput(['after'], `The chain has no event ${after}.`);
  return anchor;
}

@Resolver()
export class ChainResolver {
  // It may read as many rows as an operation may ask for objects, so that one operation checks once.
  @Extensions({ cost: MAX_VERIFIED_EVENTS - 10 })
  @Scoped()
  @Query(() => AuditVerification, {
    description:
      'Checks the chain of an account and names the first event that is not as it was written. With a checkpoint it also finds what was rewritten or cut off. Needs accountId with a master key.',
  })
  async verifyAudit(
    @Arg('after', () => Int, { defaultValue: 0, description: 'Start behind this sequence; 0 is the beginning.' })
    after: number,
    @Arg('checkpoint', () => AuditCheckpointInput, {
      nullable: true,
      description: 'A checkpoint that was kept elsewhere.',
    })
    given: AuditCheckpointInput | null,
    @Ctx() context: RequestContext,
  ): Promise<AuditVerification> {
    const scope = scopeOf(context);
    const accountId = scope.requireAccount();
    const { publicKey } = context.services.signer;
    if (given && !isSignedBy({ ...given, accountId }, publicKey))
      throw badInput(['checkpoint'], 'This checkpoint was not signed by this gateway for this account.');
    const ask = askIn(scope);
    const start = await startOf(ask, accountId, after, publicKey);
    const head = (await readCheckpoint(ask, accountId))?.sequence ?? 0;
    const end = (start?.sequence ?? 0) + MAX_VERIFIED_EVENTS;
    const complete = head <= end;
    const anchors = given && (complete || given.sequence <= end) ? [given] : [];
    const verdict = await verifyChain(readEvents(ask, accountId, start?.sequence, MAX_VERIFIED_EVENTS), start, anchors);
    return {
      accountId,
      intact: verdict.problem === null,
      checked: verdict.checked,
      lastSequence: verdict.last?.sequence ?? 0,
      complete: complete && verdict.problem === null,
      fault: verdict.problem?.kind ?? null,
      faultSequence: verdict.problem?.sequence ?? null,
      message: verdict.problem?.message ?? null,
    };
  }

  @Scoped()
  @Query(() => AuditExport, {
    description:
      'The record of an account as the lines of a file that can be checked offline, oldest first, without what was archived. Needs accountId with a master key.',
  })
  async auditExport(
    @Arg('after', () => Int, { defaultValue: 0, description: 'Start behind this sequence; 0 is the beginning.' })
    after: number,
    @Arg('first', () => Int, { defaultValue: MAX_EXPORT_LINES, description: 'How many events, 1 to 500.' })
    first: number,
    @Ctx() context: RequestContext,
  ): Promise<AuditExport> {
    if (first < 1 || first > MAX_EXPORT_LINES) throw badInput(['first'], `first must be 1 to ${MAX_EXPORT_LINES}.`);
    const scope = scopeOf(context);
    const accountId = scope.requireAccount();
    const ask = askIn(scope);
    const start = await startOf(ask, accountId, after, context.services.signer.publicKey);
    const lines: string[] = [];
    let last = start;
    for await (const event of readEvents(ask, accountId, start?.sequence, first)) {
      lines.push(jsonLine(event, last?.hash ?? null));
      last = event;
    }
    return { accountId, lines, lastSequence: last?.sequence ?? 0, complete: lines.length < first };
  }

  @Scoped()
  @Query(() => AuditCheckpoint, {
    description:
      'Signs the end of the chain of an account; verifyAudit later compares the chain with it. NOT_FOUND while the account has no events. Needs accountId with a master key.',
  })
  async auditCheckpoint(@Ctx() context: RequestContext): Promise<AuditCheckpoint> {
    const scope = scopeOf(context);
    const accountId = scope.requireAccount();
    const head = await readCheckpoint(askIn(scope), accountId);
    if (!head) throw notFound();
    return signCheckpoint(context.services.signer, head);
  }
}
