/** Erases a row's data from the audit log, for the right to be forgotten. */
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { eraseHistory } from '../db/statements/audit-events';
import { badInput, notFound } from '../errors';
import { Scoped } from '../graph/decorators';
import { Action } from '../graph/directives/definitions';
import { refuseExposedSecrets } from '../graph/exposed-secrets';
import { scopeOf, type RequestContext } from '../graph/request-context';
import { HistoryErasure } from './audit.objects';

const MIN_REASON_CHARACTERS = 3;
const MAX_REASON_CHARACTERS = 500;
const MAX_TYPE_CHARACTERS = 64;

function checkedReason(given: string): string {
  const reason = given.trim();
  const { length } = [...reason];
  if (length < MIN_REASON_CHARACTERS || length > MAX_REASON_CHARACTERS)
    throw badInput(['reason'], `reason must have ${MIN_REASON_CHARACTERS} to ${MAX_REASON_CHARACTERS} characters.`);
  refuseExposedSecrets({ reason }, []);
  return reason;
}

@Resolver()
export class ErasureResolver {
  @Scoped(Action.ADMIN)
  @Mutation(() => HistoryErasure, {
    description:
      'Permanently erases the data of a row from the audit log: `before`, `after` and `changes` of all its events so far. The events remain, an ERASE event records who erased them and why, and the hash chain still verifies. The row itself is not changed: change or purge it first, because later changes record its data again. NOT_FOUND if the audit log has no such row.',
  })
  async eraseHistory(
    @Arg('id', () => ID, { description: 'Id of the row; it may be deleted or purged.' }) id: string,
    @Arg('resourceType', () => String, {
      description: 'Type of the row, for example `Agent`; at most 64 characters.',
    })
    resourceType: string,
    @Arg('reason', () => String, {
      description: 'The reason, 3 to 500 characters. It stays in the audit log, so do not name anyone in it.',
    })
    reason: string,
    @Ctx() context: RequestContext,
  ): Promise<HistoryErasure> {
    const scope = scopeOf(context);
    const accountId = scope.requireAccount();
    if (resourceType.length > MAX_TYPE_CHARACTERS)
      throw badInput(['resourceType'], `resourceType must have at most ${MAX_TYPE_CHARACTERS} characters.`);
    const resourceId = id.toLowerCase();
    const why = checkedReason(reason);
    return scope.write(async (transaction) => {
      const [[erasedEvents] = []] = await transaction.read(eraseHistory(accountId, resourceType, resourceId, why));
      if (erasedEvents === null || erasedEvents === undefined) throw notFound();
      return { accountId, resourceType, resourceId, erasedEvents: Number(erasedEvents) };
    });
  }
}
