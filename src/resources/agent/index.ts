/** Agents, as the registry knows them. */
import { defineResource } from '../../graph/define';
import { choice, text } from '../../graph/filter';
import { Framework } from '../framework';
import { Tool } from '../tool/tool.entity';
import { Agent, AgentTool, AgentType } from './agent.entity';
import { agentDraft, CreateAgentInput, UpdateAgentInput } from './agent.inputs';
import { AgentResolver, MOST_TOOLS } from './agent.resolver';

export const agents = defineResource({
  names: { type: 'Agent', one: 'agent', many: 'agents' },
  entity: Agent,
  filter: { name: text, type: choice('AgentType', AgentType), framework: choice('Framework', Framework) },
  order: ['name'],
  links: [
    { input: 'toolIds', through: AgentTool, near: 'agentId', far: 'toolId', target: () => Tool, most: MOST_TOOLS },
  ],
  tables: [AgentTool],
  writing: { createInput: CreateAgentInput, updateInput: UpdateAgentInput, draft: agentDraft },
  resolvers: [AgentResolver],
});
