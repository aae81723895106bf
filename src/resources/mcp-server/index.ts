/** MCP servers, as the registry knows them. */
import { defineResource } from '../../graph/define-resource';
import { choice, text } from '../../graph/queries/filter';
import { McpServer, McpTransport } from './mcp-server.entity';
import { CreateMcpServerInput, mcpServerRowSchema, UpdateMcpServerInput } from './mcp-server.inputs';
import { McpServerResolver } from './mcp-server.resolver';
import { sealAuthentication, SECRET, secretPart } from './mcp-server.secret';

export const mcpServers = defineResource({
  names: { type: 'McpServer', singular: 'mcpServer', plural: 'mcpServers' },
  entity: McpServer,
  filter: { name: text, transport: choice('McpTransport', McpTransport) },
  order: ['name'],
  encryptedColumns: [SECRET],
  mutations: {
    createInput: CreateMcpServerInput,
    updateInput: UpdateMcpServerInput,
    rowSchema: mcpServerRowSchema,
    computed: sealAuthentication,
    secretField: { property: 'authentication', secretPart, storedParts: ['preview'] },
  },
  resolvers: [McpServerResolver],
});
