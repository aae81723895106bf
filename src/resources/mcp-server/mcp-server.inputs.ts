/** What may be said about an MCP server, and the rules it must keep. */
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { jsonObject, metadata, name, text, urlProblem } from '../../graph/mutations/row-schema';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';
import { McpAuthenticationType, McpTransport } from './mcp-server.entity';

const CONFIG =
  '`url` (http or https, without user and password, at most 2,048 characters) and further settings; at most 64 KB and 16 levels. No secrets: they belong into `authentication`.';

@InputType({
  description: 'How agents prove who they are. It is replaced as a whole; secrets are kept encrypted and never shown.',
})
export class McpAuthenticationInput {
  @Field(() => McpAuthenticationType, { description: 'Decides which of the other fields are needed.' })
  type!: McpAuthenticationType;

  @Field(() => String, { nullable: true, description: 'For BEARER_TOKEN: 1 to 8,192 characters.' })
  token?: string | null;

  @Field(() => String, { nullable: true, description: 'For API_KEY: 1 to 8,192 characters.' })
  apiKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For CUSTOM_HEADER: the name of an HTTP header, at most 255 characters.',
  })
  headerName?: string | null;

  @Field(() => String, { nullable: true, description: 'For CUSTOM_HEADER: 1 to 8,192 characters.' })
  headerValue?: string | null;
}

@InputType({ description: 'Changes of an MCP server; absent fields stay as they are.' })
export class UpdateMcpServerInput {
  @Field(() => String, {
    nullable: true,
    description: 'Unique among the live MCP servers of the account; 1 to 255 characters.',
  })
  name?: string;

  @Field(() => String, { nullable: true, description: 'At most 10,000 characters.' })
  description?: string | null;

  @Field(() => McpTransport, { nullable: true, description: 'How it is spoken to; HTTP when nothing is said.' })
  transport?: McpTransport;

  @Field(() => JsonObject, {
    nullable: true,
    description: CONFIG,
  })
  config?: JsonRecord;

  @Field(() => McpAuthenticationInput, { nullable: true, description: 'NO_AUTH when nothing is said.' })
  authentication?: McpAuthenticationInput;

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@InputType({ description: 'A new MCP server.' })
export class CreateMcpServerInput extends UpdateMcpServerInput {
  @Field(() => String, { description: 'Unique among the live MCP servers of the account; 1 to 255 characters.' })
  override name!: string;

  @Field(() => JsonObject, { description: CONFIG })
  override config!: JsonRecord;
}

const config = jsonObject(64 * 1024, 16).superRefine(({ url }, context) => {
  const message = urlProblem(url);
  if (message !== null) context.addIssue({ code: 'custom', path: ['url'], message });
});

/** RFC 9110, field values: visible characters and blanks between them. */
const secret = text(8192)
  .regex(/^[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/, {
    error: 'must have characters that fit into an HTTP header, and no blanks around them',
  })
  .nullish();

/** The field that holds the secret of each type. */
export const SECRET_FIELD = {
  NO_AUTH: null,
  BEARER_TOKEN: 'token',
  API_KEY: 'apiKey',
  CUSTOM_HEADER: 'headerValue',
} as const satisfies Record<McpAuthenticationType, string | null>;

/** As it is given, with its secret, or as it is stored, with a preview. */
const authentication = z
  .object({
    type: z.enum(McpAuthenticationType),
    token: secret,
    apiKey: secret,
    headerName: text(255)
      .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, { error: 'must be the name of an HTTP header' })
      .nullish(),
    headerValue: secret,
    preview: z.string().nullish(),
  })
  .superRefine((given, context) => {
    const wrong = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    const wanted = SECRET_FIELD[given.type];
    const isStored = typeof given.preview === 'string';
    for (const field of ['token', 'apiKey', 'headerValue'] as const) {
      if (field === wanted && !isStored && !given[field]) wrong(field, `is required for ${given.type}`);
      if (field !== wanted && given[field]) wrong(field, `does not go with ${given.type}`);
    }
    const custom = given.type === 'CUSTOM_HEADER';
    if (custom && !given.headerName) wrong('headerName', 'is required for CUSTOM_HEADER');
    if (!custom && given.headerName) wrong('headerName', `does not go with ${given.type}`);
  });

export const mcpServerRowSchema = z.object({
  name,
  description: text(10_000).nullish(),
  transport: z.enum(McpTransport).default('HTTP'),
  config,
  authentication: authentication.default({ type: 'NO_AUTH' }),
  metadata,
});
