/** Registers agents. */
import { defineResource } from '../../graph/define-resource';
import { choice, name } from '../../graph/queries/filter';
import { MAX_RELATED_ROWS } from '../../graph/queries/relations';
import { Framework } from '../framework';
import { Tool } from '../tool/tool.entity';
import { McpServer } from '../mcp-server/mcp-server.entity';
import { Agent, AgentMcpServer, AgentSubAgent, AgentTool, AgentType } from './agent.entity';
import { agentRowSchema, CreateAgentInput, UpdateAgentInput } from './agent.inputs';
import { AgentResolver } from './agent.resolver';

export const agents = defineResource({
  names: { type: 'Agent', singular: 'agent', plural: 'agents' },
  entity: Agent,
  filter: { name, type: choice('AgentType', AgentType), framework: choice('Framework', Framework) },
  order: ['name'],
  manyToMany: [
    {
      input: 'toolIds',
      joinTable: AgentTool,
      sourceKey: 'agentId',
      targetKey: 'toolId',
      target: () => Tool,
      maxRows: MAX_RELATED_ROWS,
    },
    {
      input: 'mcpServerIds',
      joinTable: AgentMcpServer,
      sourceKey: 'agentId',
      targetKey: 'mcpServerId',
      target: () => McpServer,
      maxRows: MAX_RELATED_ROWS,
    },
    {
      input: 'subAgentIds',
      joinTable: AgentSubAgent,
      sourceKey: 'agentId',
      targetKey: 'subAgentId',
      target: () => Agent,
      maxRows: MAX_RELATED_ROWS,
      acyclic: true,
    },
  ],
  tables: [AgentTool, AgentMcpServer, AgentSubAgent],
  mutations: { createInput: CreateAgentInput, updateInput: UpdateAgentInput, rowSchema: agentRowSchema },
  resolvers: [AgentResolver],
});
