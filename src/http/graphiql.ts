/** GraphiQL at /graphiql: whole in one page, so that it works without a network. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { startOfToday, tabsOf } from './graphiql-tabs';

const load = createRequire(__filename);

/** The press of a tab that GraphiQL is still moving into place would be lost. */
const TABS_STAY = '.graphiql-tab { transform: none !important }';

const HEADERS = `${JSON.stringify({ 'X-API-Key': '', 'X-Reason': '' }, null, 2)}\n`;

interface Page {
  readonly compressed: Buffer;
  readonly policy: string;
  readonly tag: string;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Only the page's own inline scripts run, and it talks to this server only. */
function policyFor(html: string): string {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${hashOf(script)}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

async function render(today: number): Promise<Page> {
  // Nine megabytes of text: loaded when somebody opens the page, not when the server starts.
  const { renderGraphiQL } = load('@graphql-yoga/render-graphiql') as typeof import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    endpoint: '/graphql',
    title: 'Portcullis',
    headers: HEADERS,
    defaultTabs: tabsOf(today).map((tab) => ({ ...tab, headers: HEADERS })),
    // A key must not stay behind in the browser's storage.
    shouldPersistHeaders: false,
  });
  const styled = html.replace('</style>', `${TABS_STAY}</style>`);
  return { compressed: await promisify(gzip)(styled), policy: policyFor(styled), tag: `"${hashOf(styled)}"` };
}

/** Registers the page; it is public like the schema, and asks for a key instead of bringing one. */
export function serveGraphiql(app: FastifyInstance): void {
  let page: Promise<Page> | undefined;
  let day: number | undefined;
  app.get('/graphiql', async (request, reply) => {
    const today = startOfToday();
    if (!page || day !== today) [page, day] = [render(today), today];
    const { compressed, policy, tag } = await page;
    reply.headers({
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      etag: tag,
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    reply.type('text/html; charset=utf-8');
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? ''))
      return reply.send(await promisify(gunzip)(compressed));
    return reply.header('content-encoding', 'gzip').send(compressed);
  });
}
