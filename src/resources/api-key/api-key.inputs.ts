/** The inputs of a new key, and their validation rules. */
import { Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { metadata, name } from '../../graph/mutations/row-schema';
import type { JsonRecord } from '../../graph/queries/account-row';
import { DateTime, JsonObject } from '../../graph/scalars';
import { Role } from './role';

@InputType({ description: 'A new key, which expires: after 90 days unless the input says otherwise.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'What the key is for, 1 to 255 characters.' })
  name!: string;

  @Field(() => Role, { description: 'What the key may do: at most what the key of this request may do.' })
  role!: Role;

  @Field(() => ID, { nullable: true, description: 'With `role: CUSTOM`, and only then: id of a role of the account.' })
  customRoleId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The service account that holds the key; not for `delegateApiKey`. Rotation does not change it.',
  })
  serviceAccountId?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Only these resource types, at most 31, for example `["agents", "tools"]`; default: all that the role allows.',
  })
  resourceTypes?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only from these networks, at most 50, in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`.',
  })
  networks?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Only rows of these teams, by `metadata.owner.team`, at most 50, with their schedules and runs. The key then reaches nothing that is about the whole account: keys, audit log, promotion.',
  })
  ownerTeams?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'Only these agents, tools and MCP servers, at most 200, with their schedules and runs; with `ownerTeams`, rows must match both.',
  })
  rowIds?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Refuse the key before this time.' })
  notBefore?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Cost units per minute that the key and the keys delegated from it may use together, at least 1.',
  })
  ratePerMinute?: number | null;

  @Field(() => Int, { nullable: true, description: 'Days until it expires, 1 to 365.' })
  expiresInDays?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it expires, within the next 365 days.' })
  expiresAt?: string | null;

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@InputType({
  description:
    'Changes of a key; absent fields stay as they are, null removes a restriction. Kind and expiry are fixed. The key can be given at most the rights of the key of this request; a PRIMARY key stays an unrestricted ADMINISTRATOR.',
})
export class UpdateApiKeyInput {
  @Field(() => Role, { nullable: true, description: 'What it may do.' })
  role?: Role;

  @Field(() => ID, { nullable: true, description: 'With `role: CUSTOM`, and only then: id of a role of the account.' })
  customRoleId?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only these resource types, at most 31; null for all that the role allows.',
  })
  resourceTypes?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Only from these networks, at most 50; null for any.' })
  networks?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Only rows of these teams, at most 50; null for any.' })
  ownerTeams?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Only these agents, tools and MCP servers, at most 200; null for all.',
  })
  rowIds?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Refuse the key before this time; null removes the limit.' })
  notBefore?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Cost units per minute that the key and the keys delegated from it may use together, at least 1; null for the limit of the gateway.',
  })
  ratePerMinute?: number | null;

  @Field(() => Role, {
    nullable: true,
    description:
      'A shadow role for evaluation: it decides nothing, and `accessDecisions` shows what it would have refused. Null for none.',
  })
  shadowRole?: Role | null;

  @Field(() => ID, {
    nullable: true,
    description: 'With `shadowRole: CUSTOM`, and only then: id of a role of the account.',
  })
  shadowCustomRoleId?: string | null;

  @Field(() => String, { nullable: true, description: 'What the key is for, 1 to 255 characters.' })
  name?: string;

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

export const keyRowSchema = z.object({ name, metadata });
