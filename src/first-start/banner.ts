/** What the terminal shows once the gateway is up: URLs, and the keys created by this start. */
import type { Config } from '../config';
import type { Demo } from './demo-data';

interface Banner {
  /** The gateway's URL, without a path. */
  readonly url: string;
  readonly config: Pick<Config, 'CONSOLE' | 'SANDBOX' | 'DATA_DIR' | 'DATABASE_URL' | 'MASTER_KEY'>;
  /** A master key created by this start. */
  readonly firstKey: string | null;
  readonly demo: Demo | null;
}

function curl(url: string, key: string, query: string): string {
  const body = JSON.stringify({ query });
  return `    curl -s ${url}/graphql -H 'content-type: application/json' -H 'x-api-key: ${key}' \\\n      -d '${body}'`;
}

function demoLines(url: string, demo: Demo, masterKey: string | null): string[] {
  const { acme, globex } = demo;
  return [
    '',
    `  Keys of the demo account ${acme.slug} (shown only once):`,
    `    VIEWER         ${acme.viewerKey}   for frontends, reads only`,
    `    ADMINISTRATOR  ${acme.administratorKey}   manages the account`,
    '',
    `  The agents of ${acme.slug}:`,
    curl(url, acme.viewerKey, '{ agents { nodes { id name model { provider name } tools { name } } } }'),
    ...(masterKey === null
      ? []
      : [
          '',
          '  The agents of all accounts, with the master key:',
          curl(url, masterKey, '{ agents { nodes { accountId name } } }'),
        ]),
    '',
    `  An agent of ${globex.slug}, requested with a key of ${acme.slug}; the answer is the same as for an id that never existed:`,
    curl(url, acme.viewerKey, `{ agent(id: "${globex.agentId}") { name } }`),
  ];
}

const DEFAULT_DATA_DIR = 'data';

/** Quotes a text as one shell word. */
const quoted = (text: string): string =>
  /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The command that creates a master key when all are lost; a database URL contains a password and is not printed. */
function recoverCommand({ DATA_DIR, DATABASE_URL }: Banner['config']): string {
  const database = DATABASE_URL === undefined ? '' : 'DATABASE_URL=… ';
  const folder = DATABASE_URL !== undefined || DATA_DIR === DEFAULT_DATA_DIR ? '' : `DATA_DIR=${quoted(DATA_DIR)} `;
  return `${database}${folder}npm run --silent portcullis -- recover-key`;
}

function keyLines({ firstKey, config }: Banner): string[] {
  if (firstKey !== null)
    return ['', '  The first master key, which works across all accounts (shown only once):', `    ${firstKey}`];
  if (config.MASTER_KEY !== undefined) return ['  Master key       the one in MASTER_KEY'];
  return [
    '  Master key       shown at the first start; if it is lost, create another:',
    `    ${recoverCommand(config)}`,
  ];
}

export function banner(parts: Banner): string {
  const { url, config, firstKey, demo } = parts;
  const sandbox = config.SANDBOX
    ? [`  Apollo Sandbox   https://studio.apollographql.com/sandbox/explorer?endpoint=${url}/graphql`]
    : [];
  const database =
    config.DATABASE_URL === undefined ? `embedded PostgreSQL 18 in ${config.DATA_DIR}` : 'PostgreSQL of DATABASE_URL';
  const lines = [
    '',
    '  Portcullis is up.',
    '',
    `  API              ${url}/graphql`,
    ...(config.CONSOLE ? [`  Console          ${url}/console`] : []),
    `  Local IDE        ${url}/graphiql`,
    ...sandbox,
    `  Health           ${url}/livez  ${url}/readyz`,
    `  Database         ${database}`,
    ...keyLines(parts),
    ...(demo ? demoLines(url, demo, firstKey) : []),
    '',
    '  Ctrl-C stops it; the data is kept.',
    '',
    '',
  ];
  return lines.join('\n');
}
