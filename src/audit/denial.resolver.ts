/** The query of denials. */
import { Arg, Ctx, Info, Query, Resolver } from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { connectionTypes, type ConnectionSource } from '../graph/queries/connection';
import { AFTER, FIRST, listPage } from '../graph/queries/list';
import { Scoped } from '../graph/decorators';
import { filterInput, id, text, time } from '../graph/queries/filter';
import type { RequestContext } from '../graph/request-context';
import { AuditDenial } from './denial.entity';

const { connection, resolver: connectionResolver } = connectionTypes('AuditDenial', AuditDenial);
const filters = filterInput('AuditDenial', { keyId: id, code: text, field: text, minute: time }, {});

@Resolver(() => AuditDenial)
class DenialResolver {
  @Scoped()
  @Query(() => connection, {
    description:
      'Refused requests of the keys of an account, newest first, counted per minute: fields for another kind of key, accounts and ids that do not belong to them, and rejected keys.',
  })
  async auditDenials(
    @Arg(...FIRST) first: number | null,
    @Arg(...AFTER) after: string | null,
    @Arg(...filters.argument) filter: object | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionSource<AuditDenial>> {
    // The result includes what this process has counted but not written yet.
    await context.services.denials.flush();
    return listPage(context, info, {
      entity: AuditDenial,
      type: 'AuditDenial',
      page: { first, after },
      predicates: filters.predicates(filter),
      order: { property: 'minute', direction: 'DESC' },
    });
  }
}

export const denialResolvers = [DenialResolver, connectionResolver];
