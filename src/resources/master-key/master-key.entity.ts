/** A key of the platform's operators. Only a hash of the secret is stored; the secret is shown once, at creation. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import { MasterOnly } from '../../graph/decorators';
import { DateTime } from '../../graph/scalars';

@MasterOnly()
@ObjectType({
  description:
    'A key that works across accounts; its use is audited, and its secret is shown only once, when it is created.',
})
@Entity('master_key')
export class MasterKey {
  @Field(() => ID, { description: 'UUID (version 7); never reused.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => String, { description: 'Who uses the key, or what it is for, 1 to 255 characters.' })
  @Column('text')
  name!: string;

  /** SHA-256 of the secret. Private. */
  @Column('bytea')
  secretHash!: Buffer;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the key expires; null for a key that does not expire.',
  })
  @Column('timestamptz', { nullable: true })
  expiresAt!: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the master key that created this one; null for the first.' })
  @Column('uuid', { nullable: true })
  createdBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the key was revoked, permanently.' })
  @Column('timestamptz', { nullable: true })
  revokedAt!: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the master key that revoked this one.' })
  @Column('uuid', { nullable: true })
  revokedBy!: string | null;

  @Field(() => Int, { description: 'Incremented by every change.' })
  @VersionColumn()
  version!: number;

  @Field(() => DateTime, { description: 'When the key was created.' })
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: string;

  @Field(() => DateTime, { description: 'When the key was last changed; using it does not change it.' })
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: string;
}

@MasterOnly()
@ObjectType({ description: 'A new master key with its secret, which is shown only once and not stored.' })
export class NewMasterKey {
  @Field(() => MasterKey, { description: 'The key, without its secret.' })
  masterKey!: MasterKey;

  @Field(() => String, {
    description:
      'The complete key, to be sent as X-API-Key or Authorization: Bearer. Store it now: it is not shown again.',
  })
  secret!: string;
}
