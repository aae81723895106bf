/** A client made from the generated documents, as users make it: typed from the document to the answer. */
import { join } from 'node:path';
import { parse, print } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import * as generated from '../schema/generated/operations';
import {
  AgentByIdDocument,
  AgentsOfAllAccountsDocument,
  AgentsPageDocument,
  CreateAgentDocument,
  CreateToolDocument,
  ViewerDocument,
  type CreateAgentInput,
} from '../schema/generated/operations';
import { readTrustedDocuments } from '../src/graph/trusted-documents';
import { gatewaySchema } from './harness/factories';
import type { Client } from './harness/gateway';
import { setupTwoTenants } from './harness/setup-tenants';

const tenants = setupTwoTenants();
const { acme, master } = tenants;

const ask = <Data, Variables extends object>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> => client.ask<Data>(print(document), variables);

describe('generated documents', () => {
  it('create, list and read rows with the types of the schema', async () => {
    const { createTool } = await ask(acme, CreateToolDocument, { input: { name: 'search' } });
    const input: CreateAgentInput = {
      name: 'Typed',
      framework: 'LANGGRAPH',
      model: { provider: 'openai', name: 'gpt' },
      toolIds: [createTool.id],
      metadata: { owner: { team: 'support' } },
    };
    const { createAgent } = await ask(acme, CreateAgentDocument, { input });
    const owner: unknown = createAgent.metadata['owner'];
    expect(owner).toEqual({ team: 'support' });
    const { agents } = await ask(acme, AgentsPageDocument, { first: 5, filter: { name: { equals: 'Typed' } } });
    const createdAt: string[] = agents.nodes.map((node) => node.createdAt);
    expect(createdAt).toEqual([createAgent.createdAt]);
    const { agent } = await ask(acme, AgentByIdDocument, { id: createAgent.id });
    expect(agent?.tools).toEqual([{ id: createTool.id, name: 'search' }]);
    const all = await ask(master, AgentsOfAllAccountsDocument, { first: 100 });
    expect(all.agents.nodes).toContainEqual(expect.objectContaining({ id: createAgent.id, accountId: acme.accountId }));
  });

  it('distinguish the kinds of keys', async () => {
    const { viewer } = await ask(tenants.acme, ViewerDocument, {});
    expect([viewer.kind, viewer.account?.slug]).toEqual(['ACCOUNT', tenants.acme.slug]);
    expect((await ask(tenants.master, ViewerDocument, {})).viewer.account).toBeNull();
  });

  it('are all accepted by a gateway that has their folder as TRUSTED_DOCUMENTS', () => {
    const trusted = readTrustedDocuments(join(__dirname, '../schema/operations'), gatewaySchema);
    const documents = Object.entries(generated).filter(([name]) => name.endsWith('Document'));
    const unknown = documents.filter(([, document]) => !trusted.includes(parse(print(document))));
    expect(documents.length).toBeGreaterThan(20);
    expect(unknown.map(([name]) => name).filter((name) => !name.includes('Fragment'))).toEqual([]);
  });
});
