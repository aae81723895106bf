/** The principal of an audit event that itself names only a key. */
import { FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { AuditActorKind, AuditEvent } from '../../audit/audit-event.entity';
import { scopeOfRow } from '../../db/scope';
import { Requires } from '../../graph/queries/select-columns';
import { ApiKey } from './api-key.entity';
import { principalOf } from './key-status';

@Resolver(() => AuditEvent)
export class AuditPrincipalResolver {
  @Requires('actorKind', 'actorId')
  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'The holder of the key, as in `ApiKey.principalId`: its service account, or else the first key in its series of rotations; for a master key, its own id. Null for a database user.',
  })
  async principalId(@Root() event: AuditEvent): Promise<string | null> {
    const { actorKind, actorId } = event;
    if (actorKind !== AuditActorKind.ACCOUNT || actorId === null) return actorId;
    const { database, loaders } = scopeOfRow(event);
    const relation = { kind: 'belongsTo', target: database.table(ApiKey) } as const;
    const columns = ['firstKeyId', 'serviceAccountId'];
    const [key] = await loaders.load<ApiKey>(relation, columns, event.accountId, actorId, 1);
    return key ? principalOf(key) : actorId;
  }
}
