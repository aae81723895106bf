/** The fields that lead from an agent to other rows. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';
import { pageSize } from '../../graph/queries/connection';
import { MAX_RELATED_ROWS, related, type RelationSpec } from '../../graph/queries/relations';
import { McpServer } from '../mcp-server/mcp-server.entity';
import { Run } from '../run/run.entity';
import { Schedule } from '../schedule/schedule.entity';
import { Tool } from '../tool/tool.entity';
import { Agent, AgentMcpServer, AgentSubAgent, AgentTool } from './agent.entity';

const byName = { property: 'name', direction: 'ASC' } as const;
const fromAgent = { kind: 'manyToMany', sourceKey: 'agentId', order: byName } as const;

const toolsOfAgent: RelationSpec<Tool> = {
  ...fromAgent,
  entity: () => Tool,
  type: 'Tool',
  joinTable: AgentTool,
  targetKey: 'toolId',
};
const serversOfAgent: RelationSpec<McpServer> = {
  ...fromAgent,
  entity: () => McpServer,
  type: 'McpServer',
  joinTable: AgentMcpServer,
  targetKey: 'mcpServerId',
};
const subAgentsOfAgent: RelationSpec<Agent> = {
  ...fromAgent,
  entity: () => Agent,
  type: 'Agent',
  joinTable: AgentSubAgent,
  targetKey: 'subAgentId',
};
const schedulesOfAgent: RelationSpec<Schedule> = {
  kind: 'hasMany',
  entity: () => Schedule,
  type: 'Schedule',
  foreignKey: 'agentId',
  order: { property: 'id', direction: 'ASC' },
};
const runsOfAgent: RelationSpec<Run> = {
  kind: 'hasMany',
  entity: () => Run,
  type: 'Run',
  foreignKey: 'agentId',
  order: { property: 'startedAt', direction: 'DESC' },
};

@Resolver(() => Agent)
export class AgentResolver {
  @FieldResolver(() => [Tool], { description: 'The tools that this agent uses, by name; at most 100.' })
  tools(@Root() agent: Agent, @Info() info: GraphQLResolveInfo): Promise<Tool[]> {
    return related(toolsOfAgent, agent, agent.id, info, MAX_RELATED_ROWS);
  }

  @FieldResolver(() => [McpServer], { description: 'The MCP servers that this agent uses, by name; at most 100.' })
  mcpServers(@Root() agent: Agent, @Info() info: GraphQLResolveInfo): Promise<McpServer[]> {
    return related(serversOfAgent, agent, agent.id, info, MAX_RELATED_ROWS);
  }

  @FieldResolver(() => [Agent], { description: 'The agents that this agent delegates to, by name; at most 100.' })
  subAgents(@Root() agent: Agent, @Info() info: GraphQLResolveInfo): Promise<Agent[]> {
    return related(subAgentsOfAgent, agent, agent.id, info, MAX_RELATED_ROWS);
  }

  @FieldResolver(() => [Schedule], {
    description: 'The schedules of this agent, oldest first; the first 100. The query `schedules` returns all of them.',
  })
  schedules(@Root() agent: Agent, @Info() info: GraphQLResolveInfo): Promise<Schedule[]> {
    return related(schedulesOfAgent, agent, agent.id, info, MAX_RELATED_ROWS);
  }

  @FieldResolver(() => [Run], { description: 'The runs of this agent, newest first.' })
  runs(
    @Root() agent: Agent,
    @Arg('first', () => Int, { defaultValue: 20, description: 'Maximum number of rows, 1 to 100.' }) first: number,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Run[]> {
    return related(runsOfAgent, agent, agent.id, info, pageSize(first, 'first'));
  }
}
