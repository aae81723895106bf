/** The fields of an MCP server that lead to other rows. */
import type { GraphQLResolveInfo } from 'graphql';
import { FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { MAX_RELATED_ROWS, related, type RelationSpec } from '../../graph/queries/relations';
import { Agent, AgentMcpServer } from '../agent/agent.entity';
import { McpServer } from './mcp-server.entity';

const agentsOfServer: RelationSpec<Agent> = {
  kind: 'manyToMany',
  entity: () => Agent,
  type: 'Agent',
  joinTable: AgentMcpServer,
  sourceKey: 'mcpServerId',
  targetKey: 'agentId',
  order: { property: 'name', direction: 'ASC' },
};

@Resolver(() => McpServer)
export class McpServerResolver {
  @FieldResolver(() => [Agent], { description: 'The live agents that use this server, by name; at most 100.' })
  agents(@Root() server: McpServer, @Info() info: GraphQLResolveInfo): Promise<Agent[]> {
    return related(agentsOfServer, server, server.id, info, MAX_RELATED_ROWS);
  }
}
