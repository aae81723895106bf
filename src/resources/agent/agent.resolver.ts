/** The fields of an agent that lead to other rows. */
import type { GraphQLResolveInfo } from 'graphql';
import { FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { related, type RelationSpec } from '../../graph/related';
import { Tool } from '../tool/tool.entity';
import { Agent, AgentTool } from './agent.entity';

export const MOST_TOOLS = 100;

const toolsOfAgent: RelationSpec<Tool> = {
  kind: 'linked',
  entity: () => Tool,
  type: 'Tool',
  through: AgentTool,
  near: 'agentId',
  far: 'toolId',
  order: { property: 'name', direction: 'ASC' },
};

@Resolver(() => Agent)
export class AgentResolver {
  @FieldResolver(() => [Tool], { description: 'The live tools this agent uses, by name; at most 100.' })
  tools(@Root() agent: Agent, @Info() info: GraphQLResolveInfo): Promise<Tool[]> {
    return related(toolsOfAgent, agent, agent.id, info, MOST_TOOLS);
  }
}
