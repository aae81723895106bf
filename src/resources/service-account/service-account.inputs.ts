/** The inputs of a service account, and the validation of whole rows. */
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { metadata, name, text } from '../../graph/mutations/row-schema';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';

@InputType({ description: 'Changes of a service account; absent fields stay as they are.' })
export class UpdateServiceAccountInput {
  @Field(() => String, {
    nullable: true,
    description: 'Unique among the service accounts of the account that are not deleted; 1 to 255 characters.',
  })
  name?: string;

  @Field(() => String, { nullable: true, description: 'What it is for, at most 10,000 characters.' })
  description?: string | null;

  @Field(() => JsonObject, {
    nullable: true,
    description: 'At most 16 KB and 8 levels; `owner` names who is responsible for it.',
  })
  metadata?: JsonRecord;
}

@InputType({ description: 'A new service account.' })
export class CreateServiceAccountInput extends UpdateServiceAccountInput {
  @Field(() => String, {
    description: 'Unique among the service accounts of the account that are not deleted; 1 to 255 characters.',
  })
  override name!: string;
}

export const serviceAccountRowSchema = z.object({ name, description: text(10_000).nullish(), metadata });
