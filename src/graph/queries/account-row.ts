/** The columns and fields of every account row: one class for the table and the GraphQL object. */
import { Field, ID, InterfaceType, Int, ObjectType } from 'type-graphql';
import { Column, CreateDateColumn, DeleteDateColumn, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';
import { DateTime, JsonObject } from '../scalars';

/** A JSON object as stored and sent. */
export type JsonRecord = Record<string, unknown>;

/** The property with a row's type, for fields whose type does not determine it. */
export const TYPENAME = '__typename';

/** GraphQL Global Object Identification Specification, which Relay uses to refetch rows. */
@InterfaceType({
  description: 'A row of an account, by its id alone.',
  autoRegisterImplementations: false,
})
export abstract class Node {
  @Field(() => ID, { description: 'UUID (version 7); never reused.' })
  id!: string;
}

@ObjectType({ implements: Node })
export abstract class AccountRow {
  @Field(() => ID, { description: 'UUID (version 7); never reused.' })
  @PrimaryColumn('uuid')
  id!: string;

  @Field(() => ID, { description: 'The account that the row belongs to.' })
  @PrimaryColumn('uuid')
  accountId!: string;

  @Field(() => DateTime, { description: 'When the row was created.' })
  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: string;

  @Field(() => DateTime, { description: 'When the row was last changed.' })
  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the row was deleted; null if it is not. Lists return deleted rows only with `deleted: INCLUDE` or `ONLY`.',
  })
  @DeleteDateColumn({ type: 'timestamptz', nullable: true })
  deletedAt!: string | null;

  /** Rows deleted together are restored together. Private. */
  @Column('uuid', { nullable: true })
  deletionId!: string | null;

  @Field(() => Int, {
    description:
      'Incremented by every change. Send it as `expectedVersion` to fail with VERSION_CONFLICT if someone else changed the row first.',
  })
  @VersionColumn()
  version!: number;

  @Field(() => JsonObject, {
    description:
      'Any JSON object, at most 16 KB and 8 levels deep. `metadata.owner = { team, email }` names the owner.',
  })
  @Column('jsonb', { default: {} })
  metadata!: JsonRecord;
}
