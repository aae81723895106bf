/** The console at /console: a page for every address below it, and its files, built and compressed beforehand. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { projectFile } from '../util/project-file';
import { HttpRefusal } from './refusal';
import { loadAsset, sendAsset, type StaticAsset } from './static-asset';

const PAGE = 'index.html';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Only its own scripts and styles run, and they talk to this server only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Where the build writes it. */
export const consoleFolder = (): string => projectFile('dist', 'console');

interface Site {
  readonly page: StaticAsset;
  readonly files: ReadonlyMap<string, StaticAsset>;
}

async function load(folder: string): Promise<Site> {
  const names = await readdir(join(folder, 'assets'));
  const asset = async (...path: readonly string[]): Promise<StaticAsset> => {
    const file = join(folder, ...path);
    const compressed = existsSync(`${file}.gz`) ? await readFile(`${file}.gz`) : null;
    return loadAsset(TYPES[extname(file)] ?? 'application/octet-stream', await readFile(file), compressed);
  };
  const files = names
    .filter((name) => !name.endsWith('.gz'))
    .map(async (name) => [name, await asset('assets', name)] as const);
  return { page: await asset(PAGE), files: new Map(await Promise.all(files)) };
}

const notBuilt = (): HttpRefusal =>
  new HttpRefusal(
    404,
    'NOT_FOUND',
    'The console is not built here. Run "npm ci", or "npm run build", where the gateway was installed.',
  );

/**
 * Registers the page and its files, which are public like the schema; the page asks for a key. They are read when first
 * opened.
 */
export function serveConsole(app: FastifyInstance, folder = consoleFolder()): void {
  let loading: Promise<Site> | null = null;
  const site = (): Promise<Site> => {
    if (!existsSync(join(folder, PAGE))) throw notBuilt();
    return (loading ??= load(folder).catch((error: unknown) => {
      loading = null;
      throw error;
    }));
  };
  for (const path of ['/console', '/console/*'])
    app.get(path, async (request, reply) => {
      const { page } = await site();
      reply.headers({ 'content-security-policy': POLICY, 'referrer-policy': 'no-referrer' });
      return sendAsset(request, reply, page, 'no-cache');
    });
  app.get<{ Params: { file: string } }>('/console/assets/:file', async (request, reply) => {
    const file = (await site()).files.get(request.params.file);
    if (!file) throw new HttpRefusal(404, 'NOT_FOUND', 'There is no such file. Load /console again.');
    return sendAsset(request, reply, file, 'public, max-age=31536000, immutable');
  });
}
