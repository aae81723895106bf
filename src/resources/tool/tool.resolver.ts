/** The fields that lead from a tool to other rows. */
import type { GraphQLResolveInfo } from 'graphql';
import { FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { MAX_RELATED_ROWS, related, type RelationSpec } from '../../graph/queries/relations';
import { Agent, AgentTool } from '../agent/agent.entity';
import { Tool } from './tool.entity';

const agentsOfTool: RelationSpec<Agent> = {
  kind: 'manyToMany',
  entity: () => Agent,
  type: 'Agent',
  joinTable: AgentTool,
  sourceKey: 'toolId',
  targetKey: 'agentId',
  order: { property: 'name', direction: 'ASC' },
};

@Resolver(() => Tool)
export class ToolResolver {
  @FieldResolver(() => [Agent], { description: 'The agents that use this tool, by name; at most 100.' })
  agents(@Root() tool: Tool, @Info() info: GraphQLResolveInfo): Promise<Agent[]> {
    return related(agentsOfTool, tool, tool.id, info, MAX_RELATED_ROWS);
  }
}
