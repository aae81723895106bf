/** Failures are visible and explained. */
import { createServer, type Server } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page, Route } from 'playwright-core';
import { consoleFolder } from '../../src/http/console';
import type { Tenant } from '../harness/gateway';
import { query } from '../harness/sql';
import { enterKey, heading, openWindow, OTHER_HOST, seriousFindings, signIn, visit, watch, type Site } from './site';

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };

/** Serves the console from another origin than the gateway's, as a separately hosted console would be. */
async function hostElsewhere(gateway: string): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer((request, response) => {
    const [, asset] = /^\/console\/assets\/([\w.-]+)$/.exec(request.url ?? '') ?? [];
    if (asset !== undefined) {
      response.setHeader('content-type', TYPES[asset.split('.').at(-1) ?? ''] ?? 'text/plain');
      response.end(readFileSync(join(consoleFolder(), 'assets', asset)));
      return;
    }
    const page = readFileSync(join(consoleFolder(), 'index.html'), 'utf8');
    response.setHeader('content-type', 'text/html');
    response.end(
      page.replace('name="portcullis-gateway" content=""', `name="portcullis-gateway" content="${gateway}"`),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, origin: `http://${OTHER_HOST}:${port}` };
}

/** A gateway of another version, which lacks a field that this console requests. */
async function askForMore(route: Route): Promise<void> {
  const body = route.request().postDataJSON() as { query: string };
  const query = body.query.replace('totalCount', 'totalCount fieldOfAnotherVersion');
  await route.continue({ postData: JSON.stringify({ ...body, query }) });
}

/** The change is made, but its answer is lost. */
async function loseOneAnswer(page: Page): Promise<void> {
  let isLost = false;
  await page.route('**/graphql', async (route) => {
    if (isLost || !(route.request().postData() ?? '').includes('mutation')) return route.continue();
    isLost = true;
    await route.fetch();
    await route.abort();
  });
}

/** A key of the account that the test revokes. */
async function shortLivedKey(account: Tenant): Promise<{ readonly id: string; readonly secret: string }> {
  const { createApiKey } = await account.ask<{ createApiKey: { apiKey: { id: string }; secret: string } }>(
    'mutation { createApiKey(input: { name: "short", role: VIEWER }) { apiKey { id } secret } }',
  );
  return { id: createApiKey.apiKey.id, secret: createApiKey.secret };
}

export function describeFailures(shared: () => Site): void {
  describe('what goes wrong', () => {
    it('a wrong key is refused with the reason', async () => {
      const { context, page, complaints } = await openWindow(shared());
      await page.goto(`${shared().origin}/console`);
      expect(await seriousFindings(page)).toEqual([]);
      await enterKey(page, 'hunter2');
      await page.getByText('This is not a key: it is “hunter2”.').waitFor();
      const { key } = shared().tenants.acme;
      await enterKey(page, `${key.slice(0, 90)}${key[90] === 'A' ? 'B' : 'A'}${key.slice(91)}`);
      await page.getByText(/mistyped, expired or revoked/).waitFor();
      await page.getByText('UNAUTHENTICATED').waitFor();
      await enterKey(page, ` X-API-Key: ${key}\n`);
      await heading(page, 'Agents').waitFor();
      const stored = await page.evaluate<string>('JSON.stringify(localStorage)');
      expect(stored).not.toContain(key);
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('a page of an origin that is not allowed reports it', async () => {
      const { server, origin } = await hostElsewhere(shared().origin);
      const { context, page } = await openWindow(shared());
      await page.goto(`${origin}/console`);
      await enterKey(page, shared().tenants.acme.key);
      await page.getByText('The gateway does not allow this page.').waitFor();
      await page.getByText(origin).waitFor();
      await page.getByText('CORS_ORIGINS').waitFor();
      await context.close();
      server.close();
    });

    it('a lost connection is reported on the page, which recovers by itself', async () => {
      const { context, page, complaints } = await openWindow(shared());
      await signIn(shared(), page, shared().tenants.acme.key, '/acme/runs');
      await heading(page, 'Runs').waitFor();
      await context.setOffline(true);
      await page.getByRole('link', { name: 'Tools' }).click();
      await page.getByText('The gateway does not respond.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await context.setOffline(false);
      await page.getByText('The gateway does not respond.').waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'calculator' }).waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('a change whose answer was lost is made once when it is repeated', async () => {
      const { acme } = shared().tenants;
      const { context, page } = await openWindow(shared());
      await signIn(shared(), page, acme.key, '/acme/serviceAccounts/new');
      await page.getByRole('textbox', { name: 'Name' }).fill('Nightly import');
      await loseOneAnswer(page);
      await page.getByRole('button', { name: 'Create service account' }).click();
      await page.getByText('The gateway did not answer.').waitFor();
      await page.getByRole('button', { name: 'Create service account' }).click();
      await heading(page, 'Nightly import').waitFor();
      const count = '{ serviceAccounts { totalCount } }';
      expect(await acme.ask(count)).toEqual({ serviceAccounts: { totalCount: 1 } });
      await context.close();
    });

    it('an upgrade of the gateway is detected', async () => {
      const { context, page } = await openWindow(shared());
      await signIn(shared(), page, shared().tenants.acme.key);
      await heading(page, 'Agents').waitFor();
      await page.route('**/graphql', askForMore);
      await page.getByRole('link', { name: 'Schedules' }).click();
      await page.getByText('The gateway was upgraded.').waitFor();
      await page.unroute('**/graphql');
      await page.getByRole('button', { name: 'Load the new version' }).click();
      await page.getByText('There are no schedules yet.').waitFor();
      await context.close();
    });

    it('a session whose key was revoked ends with the reason, and continues on the same page with another key', async () => {
      const { acme } = shared().tenants;
      const { id, secret } = await shortLivedKey(acme);
      const { context, page } = await openWindow(shared());
      await signIn(shared(), page, secret, '/acme/tools?name=calc');
      await page.getByRole('link', { name: 'calculator' }).waitFor();
      await acme.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { status } }', { id });
      await page.getByLabel('Name', { exact: true }).fill('search');
      await page.getByText('The session has ended.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await enterKey(page, acme.key);
      await heading(page, 'Tools').waitFor();
      await context.close();
    });

    it('an idle page reports it when its key expires', async () => {
      const { tenants } = shared();
      const { id, secret } = await shortLivedKey(tenants.acme);
      const { context, page, complaints } = await openWindow(shared());
      await signIn(shared(), page, secret, '/acme/runs');
      await page.getByText(/^Live: this list updates/).waitFor();
      await query(tenants.database.superuserUrl, 'UPDATE api_key SET expires_at = now() WHERE id = $1', [id]);
      await page.getByText('The session has ended.').waitFor();
      expect(await page.evaluate<string>('JSON.stringify(sessionStorage)')).not.toContain(secret);
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('two tabs can have two accounts, and each shows which it has', async () => {
      const { acme, globex } = shared().tenants;
      const { context, page: first, complaints } = await openWindow(shared());
      await first.goto(`${shared().origin}/console`);
      await enterKey(first, acme.key, true);
      await heading(first, 'Agents').waitFor();
      const second = watch(await context.newPage(), []);
      await second.goto(`${shared().origin}/console`);
      await heading(second, 'Agents').waitFor();
      await second.getByRole('button', { name: /^Key:/ }).click();
      await second.getByRole('button', { name: 'Sign out' }).click();
      await enterKey(second, globex.key, true);
      await second.getByRole('link', { name: 'Meter reader' }).waitFor();
      await first.getByText('Another tab has signed in with another key.').waitFor();
      await first.getByRole('link', { name: 'Tools' }).click();
      await first.getByRole('link', { name: 'calculator' }).waitFor();
      await second.goto(`${shared().origin}/console/acme/tools`);
      await second.getByText(/This address is for the account acme; the key of this tab belongs to globex/).waitFor();
      await second.getByRole('link', { name: 'Continue as globex' }).click();
      await heading(second, 'Agents').waitFor();
      await visit(shared(), first, '/acme/agents', 'Agents');
      await first.getByRole('link', { name: 'Order desk' }).waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    });
  });
}
