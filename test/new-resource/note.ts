/** A resource that exists only in tests: a note on a tool. A folder like any other, with its entry at the end. */
import type { GraphQLResolveInfo } from 'graphql';
import { Field, FieldResolver, ID, Info, InputType, ObjectType, Resolver, Root } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { z } from 'zod';
import { Scoped } from '../../src/graph/decorators';
import { defineResource } from '../../src/graph/define-resource';
import { Requires } from '../../src/graph/queries/select-columns';
import { id, text } from '../../src/graph/queries/filter';
import { related, type RelationSpec } from '../../src/graph/queries/relations';
import { AccountRow } from '../../src/graph/queries/account-row';
import { metadata, name } from '../../src/graph/mutations/row-schema';
import { Tool } from '../../src/resources/tool/tool.entity';

@Scoped()
@ObjectType({ description: 'A note on a tool.' })
@Entity('note')
export class Note extends AccountRow {
  @Field(() => String, { description: 'Unique among the live notes of the account; 1 to 255 characters.' })
  @Column('text')
  name!: string;

  @Field(() => ID, { description: 'The tool it is about.' })
  @Column('uuid')
  toolId!: string;
}

@InputType({ description: 'Changes of a note.' })
class UpdateNoteInput {
  @Field(() => String, { nullable: true, description: '1 to 255 characters.' })
  name?: string;

  @Field(() => ID, { nullable: true, description: 'A tool of the same account.' })
  toolId?: string;
}

@InputType({ description: 'A new note.' })
class CreateNoteInput extends UpdateNoteInput {
  @Field(() => String, { description: '1 to 255 characters.' })
  override name!: string;

  @Field(() => ID, { description: 'A tool of the same account.' })
  override toolId!: string;
}

const toolOfNote: RelationSpec<Tool> = { kind: 'belongsTo', entity: () => Tool, type: 'Tool' };

@Resolver(() => Note)
class NoteResolver {
  @Requires('toolId')
  @FieldResolver(() => Tool, { nullable: true, description: 'The tool; null while it is deleted.' })
  async tool(@Root() note: Note, @Info() info: GraphQLResolveInfo): Promise<Tool | null> {
    const [tool] = await related(toolOfNote, note, note.toolId, info);
    return tool ?? null;
  }
}

export const notes = defineResource({
  names: { type: 'Note', singular: 'note', plural: 'notes' },
  entity: Note,
  filter: { name: text, toolId: id },
  order: ['name'],
  belongsTo: [{ column: 'toolId', target: () => Tool, onDelete: 'cascade' }],
  mutations: {
    createInput: CreateNoteInput,
    updateInput: UpdateNoteInput,
    rowSchema: z.object({ name, toolId: z.string(), metadata }),
  },
  resolvers: [NoteResolver],
});
