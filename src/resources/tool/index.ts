/** Tools, as the registry knows them. */
import { choice, includes, text } from '../../graph/queries/filter';
import { defineResource } from '../../graph/define-resource';
import { Framework } from '../framework';
import { Tool, ToolType } from './tool.entity';
import { CreateToolInput, toolDraft, UpdateToolInput } from './tool.inputs';
import { ToolResolver } from './tool.resolver';

export const tools = defineResource({
  names: { type: 'Tool', one: 'tool', many: 'tools' },
  entity: Tool,
  filter: {
    name: text,
    type: choice('ToolType', ToolType),
    framework: choice('Framework', Framework),
    tags: includes(),
  },
  order: ['name'],
  writing: { createInput: CreateToolInput, updateInput: UpdateToolInput, draft: toolDraft },
  resolvers: [ToolResolver],
});
