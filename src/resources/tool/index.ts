/** Registers tools. */
import { choice, includes, name } from '../../graph/queries/filter';
import { defineResource } from '../../graph/define-resource';
import { Framework } from '../framework';
import { Tool, ToolType } from './tool.entity';
import { CreateToolInput, toolRowSchema, UpdateToolInput } from './tool.inputs';
import { ToolResolver } from './tool.resolver';

export const tools = defineResource({
  names: { type: 'Tool', singular: 'tool', plural: 'tools' },
  entity: Tool,
  filter: {
    name,
    type: choice('ToolType', ToolType),
    framework: choice('Framework', Framework),
    tags: includes(),
  },
  order: ['name'],
  mutations: { createInput: CreateToolInput, updateInput: UpdateToolInput, rowSchema: toolRowSchema },
  resolvers: [ToolResolver],
});
