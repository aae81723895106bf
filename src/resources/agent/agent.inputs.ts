/** The inputs of an agent, and their validation rules. */
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { jsonObject, metadata, name, text, urlProblem } from '../../graph/mutations/row-schema';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';
import { Framework } from '../framework';
import { AgentType } from './agent.entity';

@InputType({ description: 'The language model an agent uses.' })
export class AgentModelInput {
  @Field(() => String, { description: '1 to 64 characters, for example `openai`.' })
  provider!: string;

  @Field(() => String, { description: '1 to 255 characters.' })
  name!: string;
}

@InputType({ description: 'Changes of an agent; absent fields stay as they are.' })
export class UpdateAgentInput {
  @Field(() => String, {
    nullable: true,
    description: 'Unique among the agents of the account that are not deleted; 1 to 255 characters.',
  })
  name?: string;

  @Field(() => String, { nullable: true, description: 'At most 10,000 characters.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100,000 characters.' })
  instruction?: string | null;

  @Field(() => AgentType, { nullable: true, description: 'How the agent is run; default: CONFIG.' })
  type?: AgentType;

  @Field(() => Framework, { nullable: true, description: 'Required for CONFIG agents.' })
  framework?: Framework | null;

  @Field(() => AgentModelInput, { nullable: true, description: 'Required for CONFIG agents.' })
  model?: AgentModelInput | null;

  @Field(() => JsonObject, { nullable: true, description: 'At most 64 KB and 16 levels.' })
  config?: JsonRecord | null;

  @Field(() => JsonObject, { nullable: true, description: 'By tool name; at most 64 KB and 16 levels.' })
  toolConfigs?: JsonRecord | null;

  @Field(() => JsonObject, {
    nullable: true,
    description:
      '`url` (http or https, without user and password, at most 2,048 characters) is required for A2A agents; at most 16 KB and 8 levels.',
  })
  a2aProfile?: JsonRecord | null;

  @Field(() => String, { nullable: true, description: 'At most 64 characters.' })
  versionLabel?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Ids of tools of the same account, at most 100; they replace the current ones.',
  })
  toolIds?: string[];

  @Field(() => [ID], {
    nullable: true,
    description: 'Ids of MCP servers of the same account, at most 100; they replace the current ones.',
  })
  mcpServerIds?: string[];

  @Field(() => [ID], {
    nullable: true,
    description:
      'Ids of agents of the same account, at most 100; they replace the current ones. Sub-agents must not form a cycle.',
  })
  subAgentIds?: string[];

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@InputType({ description: 'A new agent.' })
export class CreateAgentInput extends UpdateAgentInput {
  @Field(() => String, {
    description: 'Unique among the agents of the account that are not deleted; 1 to 255 characters.',
  })
  override name!: string;
}

const model = z.object({ provider: text(64).min(1, 'is empty'), name: text(255).min(1, 'is empty') });
const settings = jsonObject(64 * 1024, 16).nullish();

export const agentRowSchema = z
  .object({
    name,
    description: text(10_000).nullish(),
    instruction: text(100_000).nullish(),
    type: z.enum(AgentType).default('CONFIG'),
    framework: z.enum(Framework).nullish(),
    model: model.nullish(),
    config: settings,
    toolConfigs: settings,
    a2aProfile: jsonObject(16 * 1024, 8).nullish(),
    versionLabel: text(64).nullish(),
    metadata,
  })
  .superRefine((agent, context) => {
    const missing = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if (agent.type === 'CONFIG' && !agent.framework) missing(['framework'], 'is required for an agent of type CONFIG');
    if (agent.type === 'CONFIG' && !agent.model) missing(['model'], 'is required for an agent of type CONFIG');
    const fault = agent.type === 'A2A' ? urlProblem(agent.a2aProfile?.url) : null;
    if (fault !== null) missing(['a2aProfile', 'url'], fault);
  });
