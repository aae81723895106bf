/** The pages that the gateway serves itself: built once, compressed once, cached by their content. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import createFastify, { type FastifyInstance } from 'fastify';
import { serveConsole } from './console';
import { makeGateway, type TestGateway } from '../../test/graph/gateway';
import { newFolder } from '../../test/harness/run';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await makeGateway();
});
afterAll(() => gateway.app.close());

const get = (url: string, headers: Record<string, string> = {}) => gateway.app.inject({ method: 'GET', url, headers });

async function assetPaths(): Promise<string[]> {
  return [...(await get('/graphiql')).payload.matchAll(/\/graphiql\/assets\/[\w.]+/g)].map(([path]) => path);
}

describe('GraphiQL', () => {
  it('serves its own scripts and styles under a Content-Security-Policy without other hosts', async () => {
    const { statusCode, headers, payload } = await get('/graphiql');
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|script-src[^;]*'unsafe-(?:inline|eval)'/);
    expect(payload).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    // The key stays in the session: the browser persists nothing.
    expect(payload).toContain('shouldPersistHeaders: false');
    expect(payload).not.toContain('localStorage');
  });

  it('serves its files under hashed names that are immutable in caches', async () => {
    const paths = await assetPaths();
    expect(paths).toHaveLength(5);
    for (const path of paths) {
      const { statusCode, headers } = await get(path);
      expect([statusCode, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
      expect(path).toContain(String(headers['etag']).replaceAll('"', ''));
    }
    const unknown = await get('/graphiql/assets/graphiql.0000.js');
    expect([unknown.statusCode, unknown.headers['cache-control']]).toEqual([404, 'no-store']);
  });

  it('serves the same compressed bytes to clients that accept them, and plain ones to others', async () => {
    const [path = ''] = (await assetPaths()).filter((each) => each.endsWith('.css'));
    const plain = await get(path);
    const compressed = await get(path, { 'accept-encoding': 'br, gzip' });
    expect(compressed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Origin, Accept-Encoding' });
    expect(gunzipSync(compressed.rawPayload).equals(plain.rawPayload)).toBe(true);
    expect(compressed.headers['etag']).not.toBe(plain.headers['etag']);
    for (const refused of ['gzip;q=0', 'br', 'identity'])
      expect((await get(path, { 'accept-encoding': refused })).headers).not.toHaveProperty('content-encoding');
  });

  it('answers 304 to clients that already have it', async () => {
    const etag = String((await get('/graphiql')).headers['etag']);
    for (const tags of [etag, `"other", ${etag}`, `W/${etag}`]) {
      const { statusCode, payload } = await get('/graphiql', { 'if-none-match': tags });
      expect([statusCode, payload]).toEqual([304, '']);
    }
    expect((await get('/graphiql', { 'if-none-match': '"other"' })).statusCode).toBe(200);
  });

  it('can be turned off', async () => {
    const without = await makeGateway({ GRAPHIQL: false });
    const answer = await without.app.inject('/graphiql');
    expect([answer.statusCode, answer.payload.includes('/graphql')]).toEqual([404, true]);
    expect((await without.app.inject('/')).payload).toContain('GRAPHIQL=true');
    await without.app.close();
  });
});

describe('the console', () => {
  const folder = newFolder();
  const SCRIPT = 'export const answer = 42;\n';
  let app: FastifyInstance;
  beforeAll(async () => {
    app = createFastify();
    serveConsole(app, folder);
    await app.ready();
  });
  afterAll(() => app.close());

  it('explains how to build it if it is not built', async () => {
    const { statusCode, payload } = await app.inject('/console');
    expect([statusCode, payload]).toEqual([404, expect.stringContaining('npm run build')]);
  });

  it('serves one page for every address, under a policy without inline code and other hosts', async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'assets', 'main-1.js'), SCRIPT);
    writeFileSync(join(folder, 'assets', 'main-1.js.gz'), gzipSync(SCRIPT));
    for (const url of ['/console', '/console/', '/console/acme/agents?name=x', '/console/..%2f..%2fpackage.json']) {
      const { statusCode, headers, payload } = await app.inject(url);
      expect([url, statusCode, headers['cache-control'], payload]).toEqual([url, 200, 'no-cache', '<!doctype html>']);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/https?:|\*|unsafe|data:|blob:/);
    }
  });

  it('serves its files as immutable, compressed beforehand', async () => {
    const url = '/console/assets/main-1.js';
    const plain = await app.inject({ url, headers: { 'accept-encoding': 'identity' } });
    expect([plain.payload, plain.headers['cache-control']]).toEqual([SCRIPT, 'public, max-age=31536000, immutable']);
    const compressed = await app.inject({ url, headers: { 'accept-encoding': 'gzip' } });
    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(compressed.rawPayload).toString()).toBe(SCRIPT);
    for (const other of ['main-2.js', 'main-1.js.gz', '..%2findex.html', '..%2f..%2f..%2fpackage.json'])
      expect([other, (await app.inject(`/console/assets/${other}`)).statusCode]).toEqual([other, 404]);
  });

  it('can be turned off', async () => {
    const without = await makeGateway({ CONSOLE: false });
    expect((await without.app.inject('/console')).statusCode).toBe(404);
    expect((await without.app.inject('/')).payload).toContain('CONSOLE=true');
    await without.app.close();
  });
});

it('the page at / links to all pages and redirects to none', async () => {
  const { statusCode, headers, payload } = await get('/');
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  for (const place of ['/console', '/graphql', '/graphiql', '/livez', '/readyz', 'X-API-Key'])
    expect(payload).toContain(place);
  expect(payload).not.toContain('<script');
});
