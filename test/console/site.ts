/** A listening gateway with two accounts, and a browser: shared by all tests of the console. */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import axe from 'axe-core';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from 'playwright-core';
import { consoleFolder } from '../../src/http/console';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { query } from '../harness/sql';
import { remember, reportFailures } from './report';

/** Debian's package; elsewhere, the variable CHROMIUM names it. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** A host name other than localhost, which a gateway in development allows. */
export const OTHER_HOST = 'console.example';
const MAX_WAIT_MS = 15_000;

export interface Site {
  readonly tenants: TwoTenants;
  readonly browser: Browser;
  /** The origin of the gateway. */
  readonly origin: string;
  /** Stops everything that was started. */
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  if (!existsSync(CHROMIUM))
    throw new Error(`There is no ${CHROMIUM}: run "apt-get install chromium", or set CHROMIUM to the path of one.`);
  if (!existsSync(consoleFolder())) throw new Error('The console is not built: run "npm run build".');
  const tenants = await createTwoTenants();
  // Addresses of pages contain the account, so this suite has a separate database, where the short names are free.
  for (const name of ['acme', 'globex'] as const)
    await query(tenants.database.superuserUrl, 'UPDATE account SET slug = $2, name = $2 WHERE id = $1', [
      tenants[name].accountId,
      name,
    ]);
  const { app } = tenants.gateway;
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', `--host-resolver-rules=MAP ${OTHER_HOST} 127.0.0.1`],
  });
  reportFailures(browser, tenants.log);
  const close = async () => {
    await browser.close();
    await tenants.close();
  };
  return { tenants, browser, origin: `http://127.0.0.1:${port}`, close };
}

/** A window with its own storage. Errors on its pages fail the test. */
export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Script errors and violations of the Content-Security-Policy. */
  readonly complaints: readonly string[];
}

/** The browser's message for answers that the gateway refuses on purpose. */
const EXPECTED = /Failed to load resource|ERR_(FAILED|INTERNET_DISCONNECTED)|blocked by CORS policy/;

export function watch(page: Page, complaints: string[]): Page {
  page.setDefaultTimeout(MAX_WAIT_MS);
  remember(page);
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
  });
  return page;
}

export async function openWindow({ browser }: Site, options: BrowserContextOptions = {}): Promise<Window> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const complaints: string[] = [];
  return { context, page: watch(await context.newPage(), complaints), complaints };
}

export async function enterKey(page: Page, key: string, isKept = false): Promise<void> {
  await page.getByLabel('Key', { exact: true }).fill(key);
  if (isKept) await page.getByLabel('Keep it in this browser').check();
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Opens an address with a key. */
export async function signIn(site: Site, page: Page, key: string, path = ''): Promise<void> {
  await page.goto(`${site.origin}/console${path}`);
  await enterKey(page, key);
  await page.locator('.menu').waitFor({ state: 'attached' });
}

/**
 * Replaces the text of a JSON editor. It is emptied first: text typed over highlighted text would keep its colours as
 * inline styles, which the Content-Security-Policy refuses.
 */
export async function writeJson(editor: Locator, text: string): Promise<void> {
  await editor.press('Control+a');
  await editor.press('Delete');
  await editor.fill(text);
}

export const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

/** Opens an address in the window, as if a link was followed. */
export async function visit(site: Site, page: Page, path: string, title: string): Promise<void> {
  await page.goto(`${site.origin}/console${path}`);
  await heading(page, title).waitFor();
}

interface Finding {
  readonly rule: string;
  readonly impact: string;
  readonly nodes: readonly string[];
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Runs in the page. */
const RUN_AXE = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
  violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({ rule: id, impact, nodes: nodes.map(({ html }) => html) })))`;

/** Serious findings of axe-core on the page, according to WCAG 2.2 AA. */
export async function seriousFindings(page: Page): Promise<readonly Finding[]> {
  await page.evaluate(axe.source);
  return page.evaluate<readonly Finding[]>(RUN_AXE);
}
