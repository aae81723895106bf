/** The page at `/`, with links to the console, the API, the IDE, the health checks and the documentation. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config';
import { createAsset, sendAsset } from './static-asset';

type Settings = Pick<Config, 'CONSOLE' | 'GRAPHIQL' | 'SANDBOX'>;

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}dt{font-weight:600}';

const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const entry = (term: string, description: string): string => `<dt>${term}</dt><dd>${description}</dd>`;

function render({ CONSOLE, GRAPHIQL, SANDBOX }: Settings): string {
  const entries = [
    entry(
      'Console',
      CONSOLE
        ? '<a href="/console">/console</a> manages agents, keys and everything else in the browser; it asks for a key.'
        : 'The console is turned off here. The setting <code>CONSOLE=true</code> turns it on.',
    ),
    entry(
      'API',
      '<code>POST /graphql</code> with <code>Content-Type: application/json</code> and a key in <code>X-API-Key</code>, or as <code>Authorization: Bearer</code>.',
    ),
    entry(
      'IDE',
      GRAPHIQL
        ? '<a href="/graphiql">/graphiql</a> runs operations in the browser; it asks for a key.'
        : 'GraphiQL is turned off here. The setting <code>GRAPHIQL=true</code> turns it on.',
    ),
    ...(SANDBOX
      ? [entry('Apollo Sandbox', '<a href="/graphql">/graphql</a> in a browser; it needs the internet.')]
      : []),
    entry(
      'Health',
      '<a href="/livez">/livez</a>: the process runs. <a href="/readyz">/readyz</a>: it can serve requests, or the reasons why not.',
    ),
    entry(
      'Documentation',
      'The schema describes itself by introspection, with a key. Guides are in the <code>docs</code> folder of the repository, errors in <code>docs/errors.md</code>.',
    ),
  ];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Portcullis</title><link rel="icon" href="data:,"><style>${STYLE}</style></head><body><h1>Portcullis</h1><p>A GraphQL gateway for the agents, tools, servers, schedules and runs of many accounts.</p><dl>${entries.join('')}</dl></body></html>\n`;
}

export function serveLandingPage(app: FastifyInstance, settings: Settings): void {
  const page = createAsset('text/html; charset=utf-8', render(settings));
  app.get('/', async (request, reply) => {
    reply.header('content-security-policy', POLICY);
    return sendAsset(request, reply, await page, 'no-cache');
  });
}
