/** The delivery log: attempts to deliver an event to a webhook. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Listed } from '../../db/statements/table';
import { Scoped } from '../../graph/decorators';
import { DateTime } from '../../graph/scalars';
import { DeliveryStatus } from '../../webhooks/outcome';

registerEnumType(DeliveryStatus, {
  name: 'WebhookDeliveryStatus',
  description:
    'SUCCEEDED: answered with 2xx. REJECTED: answered with anything else. TIMED_OUT: not answered in time. UNREACHABLE: the name did not resolve, no connection could be made, or TLS is not valid. FORBIDDEN_TARGET: not sent, because the gateway does not deliver to this address.',
});

@Scoped()
@ObjectType({ description: 'One attempt to deliver one event, or a test. Attempts are kept for a limited time.' })
@Entity('webhook_delivery')
@Listed('at', 'webhookId')
export class WebhookDelivery {
  @Field(() => ID, { description: 'UUID of the attempt.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => ID, { description: 'The account of the webhook.' })
  @PrimaryColumn('uuid')
  accountId!: string;

  @Field(() => ID, { description: 'The webhook.' })
  @Column('uuid')
  webhookId!: string;

  @Field(() => DateTime, { description: 'When the attempt ended.' })
  @Column('timestamptz')
  at!: string;

  @Field(() => Int, { nullable: true, description: 'Sequence of the event in the audit log; null for a test.' })
  @Column('bigint', { nullable: true })
  sequence!: number | null;

  @Field(() => Int, { description: '1 for the first attempt of the event, 2 for the second, and so on.' })
  @Column('integer')
  attempt!: number;

  @Field(() => DeliveryStatus, { description: 'The outcome of the attempt.' })
  @Column('text')
  status!: DeliveryStatus;

  @Field(() => Int, { nullable: true, description: 'The HTTP status of the answer; null without one.' })
  @Column('integer', { nullable: true })
  responseStatus!: number | null;

  @Field(() => Int, { description: 'Duration in milliseconds.' })
  @Column('integer')
  durationMs!: number;

  @Field(() => String, { nullable: true, description: 'What went wrong, as a sentence; null if nothing did.' })
  @Column('text', { nullable: true })
  problem!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the delivery is retried; null if it is not.',
  })
  @Column('timestamptz', { nullable: true })
  nextAttemptAt!: string | null;
}
