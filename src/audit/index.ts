/** The audit log as served by the gateway. */
import { AuditEvent } from './audit-event.entity';
import { ChainResolver } from './chain.resolver';
import { AuditDenial } from './denial.entity';
import { denialResolvers } from './denial.resolver';
import { ErasureResolver } from './erasure.resolver';
import { eventResolvers } from './event.resolver';
import { EventStreamResolver } from './event-stream.resolver';

export const audit = {
  entities: [AuditEvent, AuditDenial],
  resolvers: [...eventResolvers, EventStreamResolver, ChainResolver, ErasureResolver, ...denialResolvers],
};
