/** What the terminal says when the gateway is up. */
import type { Config } from '../config';
import type { Demo } from './demo-data';

export interface Welcome {
  readonly address: string;
  readonly config: Pick<Config, 'ENVIRONMENT' | 'SANDBOX' | 'DATA_DIR'>;
  readonly embedded: boolean;
  /** A master key that was made at this start. */
  readonly firstKey: string | null;
  readonly demo: Demo | null;
}

function curl(address: string, key: string, query: string): string {
  const body = JSON.stringify({ query });
  return `    curl -s ${address}/graphql -H 'content-type: application/json' -H 'x-api-key: ${key}' \\\n      -d '${body}'`;
}

function demoLines(address: string, demo: Demo, masterKey: string | null): string[] {
  const { acme, globex } = demo;
  return [
    '',
    `  The key of the demo account ${acme.slug} (shown this once):`,
    `    ${acme.key}`,
    '',
    `  The agents of ${acme.slug}:`,
    curl(address, acme.key, '{ agents { nodes { id name model { provider name } tools { name } } } }'),
    ...(masterKey === null
      ? []
      : [
          '',
          '  The agents of all accounts, with the master key:',
          curl(address, masterKey, '{ agents { nodes { accountId name } } }'),
        ]),
    '',
    `  An agent of ${globex.slug}, asked for with the key of ${acme.slug}: the answer of an id that never existed.`,
    curl(address, acme.key, `{ agent(id: "${globex.agentId}") { name } }`),
  ];
}

export function welcome({ address, config, embedded, firstKey, demo }: Welcome): string {
  const sandbox = config.SANDBOX
    ? [`  Apollo Sandbox   https://studio.apollographql.com/sandbox/explorer?endpoint=${address}/graphql`]
    : [];
  const key =
    firstKey === null
      ? []
      : ['', '  The first master key (shown this once; it works across all accounts):', `    ${firstKey}`];
  const lines = [
    '',
    `  Portcullis is up (${config.ENVIRONMENT}).`,
    '',
    `  API              ${address}/graphql`,
    `  Local IDE        ${address}/graphiql`,
    ...sandbox,
    `  Health           ${address}/livez  ${address}/readyz`,
    `  Database         ${embedded ? `embedded PostgreSQL 18 in ${config.DATA_DIR}` : 'PostgreSQL of DATABASE_URL'}`,
    ...key,
    ...(demo ? demoLines(address, demo, firstKey) : []),
    '',
    '  Ctrl-C stops it; the data stay.',
    '',
    '',
  ];
  return lines.join('\n');
}
