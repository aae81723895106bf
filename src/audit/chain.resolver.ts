/** Verifies and exports an account's audit log, and signs checkpoints of it. */
import { Arg, Ctx, Extensions, Int, Query, Resolver } from 'type-graphql';
import type { Scope } from '../db/scope';
import { OneAccount, Scoped } from '../graph/decorators';
import { accountOfRows } from '../graph/queries/account-of-rows';
import { scopeOf, type RequestContext } from '../graph/request-context';
import { badInput, notFound } from '../errors';
import { AuditCheckpoint, AuditCheckpointInput, AuditExport, AuditVerification } from './audit.objects';
import type { StoredEvent } from './canonical';
import { isSignedBy, signCheckpoint, type Checkpoint } from './checkpoint';
import { jsonLine } from './export';
import { laterErasureOf, readArchived, readCheckpoint, readEvents, type RunQuery } from './event-reader';
import { verifyChain, type TrustedPoint } from './verify-chain';

const MAX_VERIFIED_EVENTS = 20_000;
const MAX_EXPORT_LINES = 500;

const queryIn =
  (scope: Scope): RunQuery =>
  (text, values) =>
    scope.read({ text, values });

/** Passes the events through, adding their accounts to `accountIds`. */
async function* notingAccounts(
  events: AsyncIterable<StoredEvent>,
  accountIds: Set<string>,
): AsyncGenerator<StoredEvent> {
  for await (const event of events) {
    accountIds.add(event.accountId);
    yield event;
  }
}

/** The event that verification starts after: `after`, or the last archived event. */
async function startOf(
  query: RunQuery,
  accountId: string,
  after: number,
  publicKey: string,
): Promise<Checkpoint | null> {
  const archived = await readArchived(query, accountId);
  if (archived && !isSignedBy(archived, publicKey))
    throw badInput(['accountId'], 'The checkpoint of the archived events was not signed by this gateway.');
  if (after <= (archived?.sequence ?? 0)) return archived;
  const point = await readCheckpoint(query, accountId, after);
  if (point?.sequence !== after) throw badInput(['after'], `The chain has no event ${after}.`);
  return point;
}

@Resolver()
export class ChainResolver {
  // It reads as many rows as an operation may cost, so an operation can only contain one verification.
  @Extensions({ cost: MAX_VERIFIED_EVENTS - 10 })
  @Scoped()
  @OneAccount()
  @Query(() => AuditVerification, {
    description:
      'Verifies the hash chain of the audit log of one account and names the first event that was changed. With a checkpoint it also finds events that were rewritten or truncated. A master key needs accountId.',
  })
  async verifyAudit(
    @Arg('after', () => Int, {
      defaultValue: 0,
      description: 'Start after this sequence number; default: 0, the beginning.',
    })
    after: number,
    @Arg('checkpoint', () => AuditCheckpointInput, {
      nullable: true,
      description: 'A checkpoint that was stored elsewhere.',
    })
    given: AuditCheckpointInput | null,
    @Ctx() context: RequestContext,
  ): Promise<AuditVerification> {
    const scope = scopeOf(context);
    const accountId = scope.requireAccount();
    const { publicKey } = context.services.signer;
    if (given && !isSignedBy({ ...given, accountId }, publicKey))
      throw badInput(['checkpoint'], 'This checkpoint was not signed by this gateway for this account.');
    const query = queryIn(scope);
    const start = await startOf(query, accountId, after, publicKey);
    const head = await readCheckpoint(query, accountId);
    const end = (start?.sequence ?? 0) + MAX_VERIFIED_EVENTS;
    const complete = (head?.sequence ?? 0) <= end;
    const trustedPoints = given && (complete || given.sequence <= end) ? [given] : [];
    const accountIds = new Set([start, head].flatMap((place) => place?.accountId ?? []));
    const events = notingAccounts(readEvents(query, accountId, start?.sequence, MAX_VERIFIED_EVENTS), accountIds);
    const { problem, checked, last } = await verifyChain(events, start, {
      trustedPoints,
      laterErasure: laterErasureOf(query, accountId),
    });
    return {
      accountId: accountOfRows(accountId, accountIds),
      intact: problem === null,
      checked,
      lastSequence: last?.sequence ?? 0,
      complete: complete && problem === null,
      fault: problem?.kind ?? null,
      faultSequence: problem?.sequence ?? null,
      message: problem?.message ?? null,
    };
  }

  @Scoped()
  @OneAccount()
  @Query(() => AuditExport, {
    description:
      'The audit log of one account as lines of a file that can be verified offline, oldest first, without archived events. A master key needs accountId.',
  })
  async auditExport(
    @Arg('after', () => Int, {
      defaultValue: 0,
      description: 'Start after this sequence number; default: 0, the beginning.',
    })
    after: number,
    @Arg('first', () => Int, { defaultValue: MAX_EXPORT_LINES, description: 'How many events, 1 to 500.' })
    first: number,
    @Ctx() context: RequestContext,
  ): Promise<AuditExport> {
    if (first < 1 || first > MAX_EXPORT_LINES) throw badInput(['first'], `first must be 1 to ${MAX_EXPORT_LINES}.`);
    const scope = scopeOf(context);
    const accountId = scope.requireAccount();
    const query = queryIn(scope);
    const start = await startOf(query, accountId, after, context.services.signer.publicKey);
    const lines: string[] = [];
    const accountIds = new Set(start ? [start.accountId] : []);
    let last: TrustedPoint | null = start;
    for await (const event of notingAccounts(readEvents(query, accountId, start?.sequence, first), accountIds)) {
      lines.push(jsonLine(event, last?.hash ?? null));
      last = event;
    }
    return {
      accountId: accountOfRows(accountId, accountIds),
      lines,
      lastSequence: last?.sequence ?? 0,
      complete: lines.length < first,
    };
  }

  @Scoped()
  @OneAccount()
  @Query(() => AuditCheckpoint, {
    description:
      'Signs the last event of the audit log of one account; verifyAudit later compares the log with it. NOT_FOUND while the account has no events. A master key needs accountId.',
  })
  async auditCheckpoint(@Ctx() context: RequestContext): Promise<AuditCheckpoint> {
    const scope = scopeOf(context);
    const accountId = scope.requireAccount();
    const head = await readCheckpoint(queryIn(scope), accountId);
    if (!head) throw notFound();
    return signCheckpoint(context.services.signer, head);
  }
}
