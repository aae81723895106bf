/** A webhook: where an account's changes are sent. */
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AuditAction } from '../../audit/audit-event.entity';
import { Scoped } from '../../graph/decorators';
import { AccountRow } from '../../graph/queries/account-row';
import { DateTime } from '../../graph/scalars';

@ObjectType({ description: 'The signing secret of the deliveries. It can be written but never read.' })
export class WebhookSigning {
  @Field(() => String, { description: 'The last 4 characters of the secret.' })
  preview!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when deliveries are also signed with the previous secret; null if they are not.',
  })
  previousEndsAt!: string | null;
}

@InputType({ description: 'A secret of your own.' })
export class WebhookSigningInput {
  @Field(() => String, {
    description: '`whsec_` followed by 24 to 64 bytes in base64; stored encrypted and never shown.',
  })
  secret!: string;
}

@Scoped()
@ObjectType({
  description:
    'An endpoint to which the events of the audit log of the account are sent, in order, each at least once. It receives everything that the audit log shows, so only keys that may read the whole account can create or change it.',
})
@Entity('webhook')
export class Webhook extends AccountRow {
  @Field(() => String, {
    description: 'Unique among the webhooks of the account that are not deleted; 1 to 255 characters.',
  })
  @Column('text')
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, at most 10,000 characters.' })
  @Column('text', { nullable: true })
  description!: string | null;

  @Field(() => String, { description: 'The URL to which events are sent by POST.' })
  @Column('text')
  url!: string;

  @Field(() => [String], { description: 'Types of the rows whose events are sent; empty: all.' })
  @Column('jsonb')
  resourceTypes!: string[];

  @Field(() => [AuditAction], { description: 'Actions that are sent; empty: all.' })
  @Column('jsonb')
  actions!: (keyof typeof AuditAction)[];

  @Field(() => Boolean, { description: 'Whether events are sent.' })
  @Column('boolean')
  enabled!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Why the gateway disabled it; null if it is enabled or was disabled by a key.',
  })
  @Column('text', { nullable: true })
  disabledReason!: string | null;

  @Field(() => WebhookSigning, { description: 'The signing secret of the deliveries.' })
  @Column('jsonb')
  signing!: WebhookSigning;

  /** Encrypted by the vault; private. */
  @Column('bytea')
  secret!: Buffer;

  @Field(() => Int, {
    nullable: true,
    description: 'The sequence at which the last replay started; null without a replay.',
  })
  @Column('bigint', { nullable: true })
  replayFrom!: number | null;

  @Column('integer')
  replays!: number;
}

@Scoped()
@ObjectType({ description: 'A webhook with its new secret, which is shown only once.' })
export class NewWebhook {
  @Field(() => Webhook, { description: 'The webhook, without its secret.' })
  webhook!: Webhook;

  @Field(() => String, {
    description: 'The secret that verifies its signatures. Store it now: it is not shown again.',
  })
  secret!: string;
}

/** A webhook's delivery position. Its id is the webhook's. */
@Entity('webhook_state')
export class WebhookState {
  @PrimaryColumn('uuid')
  id!: string;

  @PrimaryColumn('uuid')
  accountId!: string;

  @Column('bigint')
  position!: number;

  @Column('integer')
  failures!: number;

  @Column('timestamptz', { nullable: true })
  failingSince!: string | null;

  @Column('timestamptz')
  nextAttemptAt!: string;
}
