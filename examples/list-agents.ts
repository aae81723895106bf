/** A consumer of the generated documents: lists the agents of the account whose key is in PORTCULLIS_KEY. */
import { print } from 'graphql';
import { AgentsPageDocument, type AgentsPageQuery } from '../schema/generated/operations';

async function main(): Promise<void> {
  const response = await fetch(`${process.env['PORTCULLIS_URL'] ?? 'http://127.0.0.1:4000'}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': process.env['PORTCULLIS_KEY'] ?? '' },
    body: JSON.stringify({ query: print(AgentsPageDocument), variables: { first: 10 } }),
  });
  const { data, errors } = (await response.json()) as { data?: AgentsPageQuery; errors?: unknown };
  if (!data) throw new Error(JSON.stringify(errors));
  for (const { name, model } of data.agents.nodes) console.log(name, model ? `${model.provider}/${model.name}` : '');
}

void main();
