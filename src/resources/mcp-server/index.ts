/** Registers MCP servers. */
import { defineResource } from '../../graph/define-resource';
import { choice, name } from '../../graph/queries/filter';
import { McpServer, McpTransport } from './mcp-server.entity';
import { CreateMcpServerInput, mcpServerRowSchema, UpdateMcpServerInput } from './mcp-server.inputs';
import { McpAuthenticationResolver, McpServerResolver } from './mcp-server.resolver';
import { secretField, encryptAuthentication, SECRET } from './mcp-server.secret';

export const mcpServers = defineResource({
  names: { type: 'McpServer', singular: 'mcpServer', plural: 'mcpServers' },
  entity: McpServer,
  filter: { name, transport: choice('McpTransport', McpTransport) },
  order: ['name'],
  encryptedColumns: [SECRET],
  mutations: {
    createInput: CreateMcpServerInput,
    updateInput: UpdateMcpServerInput,
    rowSchema: mcpServerRowSchema,
    computed: encryptAuthentication,
    secretField,
  },
  resolvers: [McpServerResolver, McpAuthenticationResolver],
});
