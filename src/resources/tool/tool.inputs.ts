/** The inputs of a tool, and their validation rules. */
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { jsonObject, metadata, name, text } from '../../graph/mutations/row-schema';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';
import { Framework } from '../framework';
import { schemaProblem } from './json-schema';
import { ToolType } from './tool.entity';

@InputType({ description: 'Changes of a tool; absent fields stay as they are.' })
export class UpdateToolInput {
  @Field(() => String, {
    nullable: true,
    description: 'Unique among the tools of the account that are not deleted; 1 to 255 characters.',
  })
  name?: string;

  @Field(() => String, { nullable: true, description: 'At most 10,000 characters.' })
  description?: string | null;

  @Field(() => ToolType, { nullable: true, description: 'Where the tool comes from; default: CUSTOM.' })
  type?: ToolType;

  @Field(() => Framework, { nullable: true, description: 'The framework the tool is written for.' })
  framework?: Framework | null;

  @Field(() => String, { nullable: true, description: 'At most 64 characters.' })
  versionLabel?: string | null;

  @Field(() => [String], { nullable: true, description: 'At most 50 tags of at most 64 characters.' })
  tags?: string[];

  @Field(() => JsonObject, { nullable: true, description: 'JSON Schema, at most 64 KB and 32 levels.' })
  inputSchema?: JsonRecord | null;

  @Field(() => String, { nullable: true, description: 'A URL or a package name, at most 2,048 characters.' })
  source?: string | null;

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@InputType({ description: 'A new tool.' })
export class CreateToolInput extends UpdateToolInput {
  @Field(() => String, {
    description: 'Unique among the tools of the account that are not deleted; 1 to 255 characters.',
  })
  override name!: string;
}

const inputSchema = jsonObject(64 * 1024, 32).superRefine((schema, context) => {
  const message = schemaProblem(schema);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

export const toolRowSchema = z.object({
  name,
  description: text(10_000).nullish(),
  type: z.enum(ToolType).default('CUSTOM'),
  framework: z.enum(Framework).nullish(),
  versionLabel: text(64).nullish(),
  tags: z.array(text(64)).max(50, { error: 'has more than 50 tags' }).default([]),
  inputSchema: inputSchema.nullish(),
  source: text(2048).nullish(),
  metadata,
});
