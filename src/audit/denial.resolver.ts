/** Reading what was refused. */
import { Arg, Ctx, Info, Int, Query, Resolver } from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { selectedFields } from '../graph/queries/selected-fields';
import { selectColumns } from '../graph/queries/select-columns';
import { ConnectionSource, connectionTypes, pageRequest } from '../graph/queries/connection';
import { Scoped } from '../graph/decorators';
import { filterInput, id, text, time } from '../graph/queries/filter';
import { repository, type RequestContext } from '../graph/request-context';
import { AuditDenial } from './denial.entity';

const { connection, resolver: connectionResolver } = connectionTypes('AuditDenial', AuditDenial);
const filters = filterInput('AuditDenial', { keyId: id, code: text, field: text, minute: time }, {});

@Resolver(() => AuditDenial)
class DenialResolver {
  @Scoped()
  @Query(() => connection, {
    description:
      'Refused requests of the keys of an account, newest first, counted by the minute: what is not for their kind, accounts and ids that are not theirs, keys that were not accepted.',
  })
  async auditDenials(
    @Arg('first', () => Int, {
      nullable: true,
      description: 'Rows of a page forwards, 1 to 100; 20 when nothing is said.',
    })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Start behind this cursor.' }) after: string | null,
    @Arg('filter', () => filters.type, { nullable: true, description: 'Conditions that all must hold.' })
    filter: object | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionSource<AuditDenial>> {
    const page = pageRequest({ first, after }, info);
    const columns = selectColumns(info, 'AuditDenial', selectedFields(info, [['nodes'], ['edges', 'node']]));
    // What this process has counted but not written yet belongs to the answer.
    await context.services.denials.flush();
    const order = { property: 'minute', direction: 'DESC' } as const;
    const predicates = filters.predicates(filter);
    const found = await repository(context, AuditDenial).list({
      ...page,
      columns,
      predicates,
      order,
      deleted: 'EXCLUDE',
    });
    return new ConnectionSource(found, page);
  }
}

export const denialResolvers = [DenialResolver, connectionResolver];
