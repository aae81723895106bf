/** GraphiQL at /graphiql, from local files, so that it works without internet access. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';
import { graphiqlPage, type AssetPaths } from './graphiql-page';
import { HttpRefusal } from './refusal';
import { createAsset, sendAsset, type StaticAsset } from './static-asset';

const load = createRequire(__filename);
const SOURCE = '@graphql-yoga/render-graphiql/graphiql';
const ASSETS = '/graphiql/assets/';

/** The package's texts: GraphiQL and Monaco's workers. */
interface GraphiqlSource {
  readonly js: string;
  readonly css: string;
  readonly editorWorkerService: string;
  readonly jsonWorker: string;
  readonly graphqlWorker: string;
}

interface Site {
  readonly page: StaticAsset;
  readonly policy: string;
  /** Files by path. */
  readonly files: ReadonlyMap<string, StaticAsset>;
}

/** Allows only the page's own scripts, which may connect only to this server. */
function policyFor(inlineScript: string): string {
  const hash = createHash('sha256').update(inlineScript).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const SCRIPT_TYPE = 'text/javascript; charset=utf-8';

/** Nine megabytes of text: loaded when the page is first opened, not at start-up, and kept only as bytes. */
async function buildSite(): Promise<Site> {
  const id = load.resolve(SOURCE);
  const source = load(id) as GraphiqlSource;
  Reflect.deleteProperty(load.cache, id);
  const files = new Map<string, StaticAsset>();
  const add = async (name: string, extension: string, type: string, text: string): Promise<string> => {
    const asset = await createAsset(type, text);
    const path = `${name}.${asset.hash}.${extension}`;
    files.set(path, asset);
    return `${ASSETS}${path}`;
  };
  const paths: AssetPaths = {
    script: await add('graphiql', 'js', SCRIPT_TYPE, source.js),
    style: await add('graphiql', 'css', 'text/css; charset=utf-8', source.css),
    workers: {
      editorWorkerService: await add('editor', 'js', SCRIPT_TYPE, source.editorWorkerService),
      json: await add('json', 'js', SCRIPT_TYPE, source.jsonWorker),
      graphql: await add('graphql', 'js', SCRIPT_TYPE, source.graphqlWorker),
    },
  };
  const { html, inlineScript } = graphiqlPage(paths);
  return { page: await createAsset('text/html; charset=utf-8', html), policy: policyFor(inlineScript), files };
}

/** Registers the page and its files. They are public, like the schema, and contain no key: the page asks for one. */
export function serveGraphiql(app: FastifyInstance): void {
  let building: Promise<Site> | null = null;
  const site = (): Promise<Site> =>
    (building ??= buildSite().catch((error: unknown) => {
      building = null;
      throw error;
    }));
  app.get('/graphiql', async (request, reply) => {
    const { page, policy } = await site();
    reply.headers({ 'content-security-policy': policy, 'referrer-policy': 'no-referrer' });
    return sendAsset(request, reply, page, 'no-cache');
  });
  app.get<{ Params: { file: string } }>(`${ASSETS}:file`, async (request, reply) => {
    const file = (await site()).files.get(request.params.file);
    if (!file) throw new HttpRefusal(404, 'NOT_FOUND', 'There is no such file. Load /graphiql again.');
    return sendAsset(request, reply, file, 'public, max-age=31536000, immutable');
  });
}
