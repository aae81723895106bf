/** The field that simulates access. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, ID, Info, Query, Resolver } from 'type-graphql';
import { OneAccount, Scoped } from '../../graph/decorators';
import { repository, scopeOf, type RequestContext } from '../../graph/request-context';
import { DateTime } from '../../graph/scalars';
import { CustomRole } from '../custom-role/custom-role.entity';
import { simulateAccess } from './simulate-access';
import { AccessSimulation, DocumentInput, SimulatedRightsInput } from './simulation.objects';

/** Documents are parsed and validated, so an operation may contain only a few simulations. */
const COST = 16_000;

/** Earlier than any recorded decision. */
const EVER = '2000-01-01T00:00:00.000Z';

@Resolver()
export class AccessSimulationResolver {
  @Scoped()
  @OneAccount()
  @Extensions({ cost: COST })
  @Query(() => AccessSimulation, {
    description:
      'What a key would be allowed with other rights, with the keys below it, or what a role allows: of operations that were recorded, or of documents. Decided as requests are; runs and changes nothing.',
  })
  simulateAccess(
    @Arg('keyId', () => ID, { nullable: true, description: 'The key; left out: the role of `rights` alone.' })
    keyId: string | null,
    @Arg('rights', () => SimulatedRightsInput, {
      nullable: true,
      description: 'The rights to try; left out: those that the key has.',
    })
    rights: SimulatedRightsInput | null,
    @Arg('documents', () => [DocumentInput], {
      nullable: true,
      description: 'Operations to decide about, at most 4; left out: those that were recorded of the key.',
    })
    documents: DocumentInput[] | null,
    @Arg('since', () => DateTime, {
      nullable: true,
      description: 'Only what was recorded on this day (UTC) or later; default: all that is kept.',
    })
    since: string | null,
    @Arg('address', () => String, {
      nullable: true,
      description: 'Where the requests would come from, IPv4 or IPv6; left out: networks are not looked at.',
    })
    address: string | null,
    @Arg('at', () => DateTime, { nullable: true, description: 'When the requests would be sent; default: now.' })
    at: string | null,
    @Ctx() context: RequestContext,
    @Info() { schema }: GraphQLResolveInfo,
  ): Promise<AccessSimulation> {
    const { services } = context;
    const simulator = { schema, services, scope: scopeOf(context), customRoles: repository(context, CustomRole) };
    const nowMs = Date.now();
    return simulateAccess(simulator, {
      keyId: keyId ?? null,
      rights: rights ?? null,
      documents: documents ?? null,
      since: since ?? EVER,
      address: address ?? null,
      at: at ?? new Date(nowMs).toISOString(),
      nowMs,
    });
  }
}
