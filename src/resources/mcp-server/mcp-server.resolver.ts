/** The fields that lead from an MCP server to other rows. */
import type { GraphQLResolveInfo } from 'graphql';
import { FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { MAX_RELATED_ROWS, related, type RelationSpec } from '../../graph/queries/relations';
import { Agent, AgentMcpServer } from '../agent/agent.entity';
import { McpAuthentication, McpHeader, McpServer } from './mcp-server.entity';
import { storedHeaders } from './mcp-server.secret';

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
  @FieldResolver(() => [Agent], {
    description: 'The agents that use this server, by name; at most 100. Deleted agents are left out.',
  })
  agents(@Root() server: McpServer, @Info() info: GraphQLResolveInfo): Promise<Agent[]> {
    return related(agentsOfServer, server, server.id, info, MAX_RELATED_ROWS);
  }
}

@Resolver(() => McpAuthentication)
export class McpAuthenticationResolver {
  @FieldResolver(() => [McpHeader], {
    nullable: true,
    description: 'The headers that carry secrets, in the order they were given; CUSTOM_HEADER only.',
  })
  headers(@Root() authentication: McpAuthentication): McpHeader[] | null {
    return storedHeaders(authentication);
  }
}
