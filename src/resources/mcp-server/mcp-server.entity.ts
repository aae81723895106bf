/** An MCP server: where agents find external tools, and how they authenticate there. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity } from 'typeorm';
import { Reached } from '../../db/statements/table';
import { Scoped } from '../../graph/decorators';
import { AccountRow, type JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';

export const McpTransport = { HTTP: 'HTTP', SSE: 'SSE' } as const;
export type McpTransport = keyof typeof McpTransport;
registerEnumType(McpTransport, {
  name: 'McpTransport',
  description:
    'Transport protocol of an MCP server: HTTP is streamable HTTP, SSE is the older transport with server-sent events.',
});

export const McpAuthenticationType = {
  NO_AUTH: 'NO_AUTH',
  BEARER_TOKEN: 'BEARER_TOKEN',
  API_KEY: 'API_KEY',
  CUSTOM_HEADER: 'CUSTOM_HEADER',
} as const;
export type McpAuthenticationType = keyof typeof McpAuthenticationType;
registerEnumType(McpAuthenticationType, {
  name: 'McpAuthenticationType',
  description:
    'BEARER_TOKEN is sent as `Authorization: Bearer`, API_KEY as `X-API-Key`, CUSTOM_HEADER as the headers of these names.',
});

@ObjectType({ description: 'A header that carries a secret.' })
export class McpHeader {
  @Field(() => String, { description: 'Its name, as it was given.' })
  name!: string;

  @Field(() => String, {
    description: 'The last 4 characters of the secret, if it has 16 or more.',
  })
  preview!: string;
}

@ObjectType({ description: 'How agents authenticate to an MCP server. Secrets can be written but never read.' })
export class McpAuthentication {
  @Field(() => McpAuthenticationType, { description: 'What is sent.' })
  type!: McpAuthenticationType;

  @Field(() => String, {
    nullable: true,
    description:
      'The last 4 characters of the secret, if it has 16 or more. For CUSTOM_HEADER those of the first header.',
  })
  preview!: string | null;

  @Field(() => String, { nullable: true, description: 'The first of the headers; CUSTOM_HEADER only.' })
  headerName!: string | null;

  @Field(() => [McpHeader], {
    nullable: true,
    description: 'The headers that carry secrets, in the order they were given; CUSTOM_HEADER only.',
  })
  headers!: McpHeader[] | null;
}

@Scoped()
@ObjectType({ description: 'A server of the Model Context Protocol that agents can use.' })
@Reached({ by: 'owner' })
@Entity('mcp_server')
export class McpServer extends AccountRow {
  @Field(() => String, {
    description: 'Unique among the MCP servers of the account that are not deleted; 1 to 255 characters.',
  })
  @Column('text')
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the server offers, at most 10,000 characters.' })
  @Column('text', { nullable: true })
  description!: string | null;

  @Field(() => McpTransport, { description: 'Transport protocol.' })
  @Column('text')
  transport!: McpTransport;

  @Field(() => JsonObject, {
    description: '`url` (http or https, at most 2,048 characters) and further settings; at most 64 KB and 16 levels.',
  })
  @Column('jsonb')
  config!: JsonRecord;

  @Field(() => McpAuthentication, { description: 'How agents authenticate to the server.' })
  @Column('jsonb')
  authentication!: McpAuthentication;

  /** Encrypted by the vault; private. */
  @Column('bytea', { nullable: true })
  secret!: Buffer | null;
}
