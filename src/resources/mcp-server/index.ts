/** MCP servers, as the registry knows them. */
import { defineResource } from '../../graph/define-resource';
import { choice, text } from '../../graph/queries/filter';
import { McpServer, McpTransport } from './mcp-server.entity';
import { CreateMcpServerInput, mcpServerDraft, UpdateMcpServerInput } from './mcp-server.inputs';
import { McpServerResolver } from './mcp-server.resolver';
import { sealAuthentication, SECRET, secretPart } from './mcp-server.secret';

export const mcpServers = defineResource({
  names: { type: 'McpServer', one: 'mcpServer', many: 'mcpServers' },
  entity: McpServer,
  filter: { name: text, transport: choice('McpTransport', McpTransport) },
  order: ['name'],
  sealed: [SECRET],
  writing: {
    createInput: CreateMcpServerInput,
    updateInput: UpdateMcpServerInput,
    draft: mcpServerDraft,
    derive: sealAuthentication,
    concealed: { property: 'authentication', secretPart, stored: ['preview'] },
  },
  resolvers: [McpServerResolver],
});
