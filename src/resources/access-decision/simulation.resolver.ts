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
const EARLIEST = '2000-01-01T00:00:00.000Z';

@Resolver()
export class AccessSimulationResolver {
  @Scoped()
  @OneAccount()
  @Extensions({ cost: COST })
  @Query(() => AccessSimulation, {
    description:
      'Simulates other rights for a key and the keys below it, or for a role, with recorded operations or given documents. Uses the same decisions as for requests; runs and changes nothing.',
  })
  simulateAccess(
    @Arg('keyId', () => ID, { nullable: true, description: 'The key to simulate; default: only the role in `rights`.' })
    keyId: string | null,
    @Arg('rights', () => SimulatedRightsInput, {
      nullable: true,
      description: 'The rights to simulate; default: those of the key.',
    })
    rights: SimulatedRightsInput | null,
    @Arg('documents', () => [DocumentInput], {
      nullable: true,
      description: 'Operations to simulate, at most 4; default: the recorded operations of the key.',
    })
    documents: DocumentInput[] | null,
    @Arg('since', () => DateTime, {
      nullable: true,
      description: 'Only operations recorded on this day (UTC) or later; default: all recorded operations.',
    })
    since: string | null,
    @Arg('address', () => String, {
      nullable: true,
      description: 'The client address of the simulated requests, IPv4 or IPv6; default: networks are not checked.',
    })
    address: string | null,
    @Arg('at', () => DateTime, { nullable: true, description: 'The time of the simulated requests; default: now.' })
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
      since: since ?? EARLIEST,
      address: address ?? null,
      at: at ?? new Date(nowMs).toISOString(),
      nowMs,
    });
  }
}
