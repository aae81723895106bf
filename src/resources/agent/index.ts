/** Agents, as the registry knows them. */
import { defineResource } from '../../graph/define-resource';
import { choice, text } from '../../graph/queries/filter';
import { MOST_RELATED } from '../../graph/queries/relations';
import { Framework } from '../framework';
import { Tool } from '../tool/tool.entity';
import { McpServer } from '../mcp-server/mcp-server.entity';
import { Agent, AgentMcpServer, AgentSubAgent, AgentTool, AgentType } from './agent.entity';
import { agentDraft, CreateAgentInput, UpdateAgentInput } from './agent.inputs';
import { AgentResolver } from './agent.resolver';

export const agents = defineResource({
  names: { type: 'Agent', one: 'agent', many: 'agents' },
  entity: Agent,
  filter: { name: text, type: choice('AgentType', AgentType), framework: choice('Framework', Framework) },
  order: ['name'],
  links: [
    { input: 'toolIds', through: AgentTool, near: 'agentId', far: 'toolId', target: () => Tool, most: MOST_RELATED },
    {
      input: 'mcpServerIds',
      through: AgentMcpServer,
      near: 'agentId',
      far: 'mcpServerId',
      target: () => McpServer,
      most: MOST_RELATED,
    },
    {
      input: 'subAgentIds',
      through: AgentSubAgent,
      near: 'agentId',
      far: 'subAgentId',
      target: () => Agent,
      most: MOST_RELATED,
      acyclic: true,
    },
  ],
  tables: [AgentTool, AgentMcpServer, AgentSubAgent],
  writing: { createInput: CreateAgentInput, updateInput: UpdateAgentInput, draft: agentDraft },
  resolvers: [AgentResolver],
});
