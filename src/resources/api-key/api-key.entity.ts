/** An account's API key. Only a hash of the secret is stored; the secret is shown once, at creation. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { Reached } from '../../db/statements/table';
import { Scoped } from '../../graph/decorators';
import { AccountRow } from '../../graph/queries/account-row';
import { DateTime } from '../../graph/scalars';
import { Role } from './role';

export const ApiKeyKind = { PRIMARY: 'PRIMARY', EXPIRING: 'EXPIRING' } as const;
export type ApiKeyKind = keyof typeof ApiKeyKind;
registerEnumType(ApiKeyKind, {
  name: 'ApiKeyKind',
  description: 'PRIMARY never expires and is created with its account; every other key is EXPIRING.',
});

export const ApiKeyStatus = { ACTIVE: 'ACTIVE', EXPIRED: 'EXPIRED', REVOKED: 'REVOKED' } as const;
export type ApiKeyStatus = keyof typeof ApiKeyStatus;
registerEnumType(ApiKeyStatus, { name: 'ApiKeyStatus', description: 'Only an ACTIVE key is accepted.' });

@Scoped()
@ObjectType({ description: 'A key of an account; its secret is shown once, when it is created.' })
@Reached({ by: 'key' })
@Entity('api_key')
export class ApiKey extends AccountRow {
  @Field(() => String, { description: 'What the key is for, 1 to 255 characters.' })
  @Column('text')
  name!: string;

  @Field(() => ApiKeyKind, { description: 'Whether the key ever expires.' })
  @Column('text')
  kind!: ApiKeyKind;

  @Field(() => Role, { description: 'What the key may do.' })
  @Column('text')
  role!: Role;

  @Field(() => ID, {
    nullable: true,
    description:
      'Id of the custom role of a key with `role: CUSTOM`; null for the built-in roles. A deleted role grants nothing.',
  })
  @Column('uuid', { nullable: true })
  customRoleId!: string | null;

  @Field(() => Role, {
    nullable: true,
    description:
      'A shadow role for evaluation: it decides nothing, and `accessDecisions` shows what it would have refused. Null for none.',
  })
  @Column('text', { nullable: true })
  shadowRole!: Role | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the shadow role with `shadowRole: CUSTOM`. A deleted role would grant nothing.',
  })
  @Column('uuid', { nullable: true })
  shadowCustomRoleId!: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Resource types that the key may use, for example `agents`; null for all that its role allows.',
  })
  @Column('jsonb', { nullable: true })
  resourceTypes!: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Networks that the key may be used from, in CIDR notation; null for any.',
  })
  @Column('jsonb', { nullable: true })
  networks!: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Teams (`metadata.owner.team`) whose rows the key can reach, with what belongs to these rows; null for rows of any team.',
  })
  @Column('jsonb', { nullable: true })
  ownerTeams!: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Agents, tools and MCP servers that the key can reach, with what belongs to them; null for all. An empty list matches nothing, and so do ids of purged rows.',
  })
  @Column('jsonb', { nullable: true })
  rowIds!: string[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The key is refused before this time; null when there is no such time.',
  })
  @Column('timestamptz', { nullable: true })
  notBefore!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Cost units per minute that the key and the keys delegated from it may use together; null for the limit of the gateway.',
  })
  @Column('integer', { nullable: true })
  ratePerMinute!: number | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Id of the key that delegated this one. This key may do no more than that key, and ends with it. Null for a key that an administrator created.',
  })
  @Column('uuid', { nullable: true })
  parentId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Id of the service account that holds the key; null for a key without one. The key is refused while its service account is deleted.',
  })
  @Column('uuid', { nullable: true })
  serviceAccountId!: string | null;

  /** Null for the first key of its principal. Private: exposed as `principalId`. */
  @Column('uuid', { nullable: true })
  firstKeyId!: string | null;

  /** SHA-256 of the secret. Private. */
  @Column('bytea')
  secretHash!: Buffer;

  @Field(() => DateTime, { nullable: true, description: 'When the key expires; null for a PRIMARY key.' })
  @Column('timestamptz', { nullable: true })
  expiresAt!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the key that created this one, an account key or a master key.',
  })
  @Column('uuid', { nullable: true })
  createdBy!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the key is revoked permanently; in the future during the grace period of a rotation.',
  })
  @Column('timestamptz', { nullable: true })
  revokedAt!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the key that revoked this one; null when it was replaced by a rotation.',
  })
  @Column('uuid', { nullable: true })
  revokedBy!: string | null;

  @Field(() => ID, { nullable: true, description: 'Id of the key that replaces this one.' })
  @Column('uuid', { nullable: true })
  replacedBy!: string | null;
}

@Scoped()
@ObjectType({ description: 'A new key with its secret, which is shown only once and not stored.' })
export class NewApiKey {
  @Field(() => ApiKey, { description: 'The key, without its secret.' })
  apiKey!: ApiKey;

  @Field(() => String, {
    description:
      'The complete key, to be sent as X-API-Key or Authorization: Bearer. Store it now: it is not shown again.',
  })
  secret!: string;
}

@Scoped()
@ObjectType({ description: 'The replacement of a key with its secret, which is shown only once and not stored.' })
export class RotatedApiKey extends NewApiKey {
  @Field(() => ApiKey, { description: 'The key that was replaced; it is refused from `revokedAt` on.' })
  replaced!: ApiKey;
}
