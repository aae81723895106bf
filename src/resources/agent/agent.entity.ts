/** An agent's configuration, and the links to what it uses. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Reached } from '../../db/statements/table';
import { Scoped } from '../../graph/decorators';
import { AccountRow, type JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';
import { Framework } from '../framework';
import { McpServer } from '../mcp-server/mcp-server.entity';
import { Tool } from '../tool/tool.entity';

export const AgentType = { CONFIG: 'CONFIG', A2A: 'A2A', LANGFLOW: 'LANGFLOW' } as const;
export type AgentType = keyof typeof AgentType;
registerEnumType(AgentType, {
  name: 'AgentType',
  description:
    'CONFIG is run by the platform from its configuration, A2A is called over the agent-to-agent protocol, LANGFLOW is a flow.',
});

@ObjectType({ description: 'The language model an agent uses.' })
export class AgentModel {
  @Field(() => String, { description: 'Who serves the model, for example `openai`; 1 to 64 characters.' })
  provider!: string;

  @Field(() => String, { description: "The model's name there; 1 to 255 characters." })
  name!: string;
}

@Scoped()
@ObjectType({ description: 'An agent of an account.' })
@Reached({ by: 'owner' })
@Entity('agent')
export class Agent extends AccountRow {
  @Field(() => String, {
    description: 'Unique among the agents of the account that are not deleted; 1 to 255 characters.',
  })
  @Column('text')
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the agent is for, at most 10,000 characters.' })
  @Column('text', { nullable: true })
  description!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The agent's instruction (system prompt), at most 100,000 characters.",
  })
  @Column('text', { nullable: true })
  instruction!: string | null;

  @Field(() => AgentType, { description: 'How the agent is run.' })
  @Column('text')
  type!: AgentType;

  @Field(() => Framework, { nullable: true, description: 'Required for CONFIG agents.' })
  @Column('text', { nullable: true })
  framework!: Framework | null;

  @Field(() => AgentModel, { nullable: true, description: 'Required for CONFIG agents.' })
  @Column('jsonb', { nullable: true })
  model!: AgentModel | null;

  @Field(() => JsonObject, { nullable: true, description: 'Settings of the agent, at most 64 KB and 16 levels.' })
  @Column('jsonb', { nullable: true })
  config!: JsonRecord | null;

  @Field(() => JsonObject, {
    nullable: true,
    description: 'Settings of its tools by tool name, at most 64 KB and 16 levels.',
  })
  @Column('jsonb', { nullable: true })
  toolConfigs!: JsonRecord | null;

  @Field(() => JsonObject, {
    nullable: true,
    description: 'Agent-to-agent profile; `url` is required for A2A agents. At most 16 KB and 8 levels.',
  })
  @Column('jsonb', { nullable: true })
  a2aProfile!: JsonRecord | null;

  @Field(() => String, {
    nullable: true,
    description: "The author's own version label, at most 64 characters.",
  })
  @Column('text', { nullable: true })
  versionLabel!: string | null;
}

/** Which MCP servers an agent uses. */
@Reached({ by: 'ends', ends: { agentId: () => Agent, mcpServerId: () => McpServer } })
@Entity('agent_mcp_server')
export class AgentMcpServer {
  @PrimaryColumn('uuid')
  accountId!: string;

  @PrimaryColumn('uuid')
  agentId!: string;

  @PrimaryColumn('uuid')
  mcpServerId!: string;
}

/** Which agents an agent delegates to. */
@Reached({ by: 'ends', ends: { agentId: () => Agent, subAgentId: () => Agent } })
@Entity('agent_sub_agent')
export class AgentSubAgent {
  @PrimaryColumn('uuid')
  accountId!: string;

  @PrimaryColumn('uuid')
  agentId!: string;

  @PrimaryColumn('uuid')
  subAgentId!: string;
}

/** Which tools an agent uses. */
@Reached({ by: 'ends', ends: { agentId: () => Agent, toolId: () => Tool } })
@Entity('agent_tool')
export class AgentTool {
  @PrimaryColumn('uuid')
  accountId!: string;

  @PrimaryColumn('uuid')
  agentId!: string;

  @PrimaryColumn('uuid')
  toolId!: string;
}
