/** A tool: something an agent can call, described by a JSON Schema of its input. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { Reached } from '../../db/statements/table';
import { Scoped } from '../../graph/decorators';
import { AccountRow, type JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';
import { Framework } from '../framework';

export const ToolType = { NATIVE: 'NATIVE', CUSTOM: 'CUSTOM' } as const;
export type ToolType = keyof typeof ToolType;
registerEnumType(ToolType, {
  name: 'ToolType',
  description: 'NATIVE tools are part of the platform, CUSTOM tools were written for the account.',
});

@Scoped()
@ObjectType({ description: 'Something that agents can call.' })
@Reached({ by: 'owner' })
@Entity('tool')
export class Tool extends AccountRow {
  @Field(() => String, {
    description: 'Unique among the tools of the account that are not deleted; 1 to 255 characters.',
  })
  @Column('text')
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the tool does, at most 10,000 characters.' })
  @Column('text', { nullable: true })
  description!: string | null;

  @Field(() => ToolType, { description: 'Where the tool comes from.' })
  @Column('text')
  type!: ToolType;

  @Field(() => Framework, { nullable: true, description: 'The framework the tool is written for.' })
  @Column('text', { nullable: true })
  framework!: Framework | null;

  @Field(() => String, {
    nullable: true,
    description: "The author's own version label, at most 64 characters.",
  })
  @Column('text', { nullable: true })
  versionLabel!: string | null;

  @Field(() => [String], { description: 'At most 50 tags of at most 64 characters.' })
  @Column('jsonb', { default: [] })
  tags!: string[];

  @Field(() => JsonObject, {
    nullable: true,
    description: "JSON Schema of the tool's input, at most 64 KB and 32 levels.",
  })
  @Column('jsonb', { nullable: true })
  inputSchema!: JsonRecord | null;

  @Field(() => String, {
    nullable: true,
    description: "Where the tool's code is: a URL or a package name, at most 2,048 characters.",
  })
  @Column('text', { nullable: true })
  source!: string | null;
}
