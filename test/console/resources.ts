/** Rows of an account: reading, creating, changing, deleting, restoring, and actions that a key may not perform. */
import { Pictures } from './pictures';
import { heading, openWindow, seriousFindings, signIn, visit, writeJson, type Site, type Window } from './site';

const TOOL = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';
const VIEWER_KEY =
  'mutation { createApiKey(input: { name: "frontend", role: VIEWER, resourceTypes: ["agents"] }) { secret } }';

export function describeResources(shared: () => Site): void {
  describe('the rows of an account', () => {
    let window: Window;
    beforeAll(async () => {
      const { acme } = shared().tenants;
      for (const name of ['search', 'calculator']) await acme.ask(TOOL, { name });
      window = await openWindow(shared());
      await signIn(shared(), window.page, acme.key);
    });
    afterAll(() => window?.context.close());
    afterEach(() => expect(window.complaints).toEqual([]));

    it('an agent is created with its tools and its metadata', async () => {
      const { page } = window;
      await page.getByText('There are no agents yet.').waitFor();
      await page.getByRole('link', { name: 'New agent' }).first().click();
      await heading(page, 'New agent').waitFor();
      await page.getByRole('button', { name: 'Create agent' }).click();
      await page.getByText('This field is required.').first().waitFor();
      await page.getByRole('textbox', { name: 'Name' }).first().fill('Order desk');
      await page.getByLabel('Framework').selectOption('LANGGRAPH');
      const model = page.getByRole('group', { name: 'Model' });
      await model.getByLabel('Provider').fill('anthropic');
      await model.getByLabel('Name').fill('claude-sonnet');
      await page.getByRole('checkbox', { name: 'search' }).check();
      const metadata = page.getByRole('textbox', { name: 'Metadata' });
      await writeJson(metadata, '{ "owner": { "team": 7 ');
      await page.getByText(/Not JSON yet/).waitFor();
      await writeJson(metadata, '{ "owner": { "team": 7 } }');
      await page
        .getByText(/owner\.team: /)
        .first()
        .waitFor();
      await writeJson(metadata, '{ "owner": { "team": "support", "email": "team@acme.example" } }');
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Create agent' }).click();
      await heading(page, 'Order desk').waitFor();
      await page.getByRole('link', { name: 'search' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await Pictures.take(page, 'agent');
    });

    it('a form keeps everything that is typed while the browser is busy', async () => {
      const { page } = window;
      await page.getByRole('link', { name: 'Edit' }).click();
      const metadata = page.getByRole('textbox', { name: 'Metadata' });
      await writeJson(metadata, '"');
      await metadata.press('End');
      // Faster than anybody types: each character may come at any moment of rendering the one before.
      await page.evaluate(`(async () => {
        for (let index = 0; index < 300; index += 1) {
          document.execCommand('insertText', false, 'x');
          await new Promise((resolve) => setTimeout(resolve, index % 5));
        }
      })()`);
      const text = await metadata.innerText();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await heading(page, 'Order desk').waitFor();
      expect(text.replaceAll(/[^x]/g, '')).toHaveLength(300);
    });

    it("an agent is changed, and another person's change is not overwritten", async () => {
      const { page } = window;
      const { acme } = shared().tenants;
      await page.getByRole('link', { name: 'Edit' }).click();
      const description = page.getByLabel('Description');
      await description.fill('Takes orders.');
      const { agents } = await acme.ask<{ agents: { nodes: { id: string }[] } }>('{ agents { nodes { id } } }');
      const update =
        'mutation ($id: ID!) { updateAgent(id: $id, input: { versionLabel: "2" }, expectedVersion: 1) { version } }';
      await acme.ask(update, { id: agents.nodes[0]?.id });
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByText('VERSION_CONFLICT').waitFor();
      await page.getByRole('button', { name: 'Discard my changes and reload' }).click();
      await page.locator('input[value="2"]').waitFor();
      await description.fill('Takes orders.');
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByText('Takes orders.').waitFor();
    });

    it('its history and its state at any time are shown', async () => {
      const { page } = window;
      await page.getByRole('tab', { name: 'History' }).click();
      await page.getByText('CREATE').first().waitFor();
      await page.locator('ins', { hasText: 'Takes orders.' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await Pictures.take(page, 'history');
      await page.getByRole('tab', { name: 'As of a time' }).click();
      await page.getByRole('region', { name: 'The row at that time' }).waitFor();
      await page.getByLabel(/Time, as on/).fill('2020-01-01T00:00:00');
      await page.getByText('The row did not exist at that time.').waitFor();
    });

    it('a tool in use is deleted only after confirmation, and can be restored', async () => {
      const { page } = window;
      await visit(shared(), page, '/acme/tools?name=search', 'Tools');
      await page.getByRole('link', { name: 'search', exact: true }).click();
      await page.getByRole('button', { name: 'Delete' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Delete tool' }).click();
      await dialog.getByText('IN_USE').waitFor();
      await dialog.getByRole('link', { name: 'Order desk' }).waitFor();
      await dialog.getByLabel(/although other rows/).check();
      await dialog.getByRole('button', { name: 'Delete tool' }).click();
      await heading(page, 'Tools').waitFor();
      await page.getByLabel('Deleted rows').selectOption('ONLY');
      await page.getByRole('link', { name: /search/ }).click();
      await page.getByRole('button', { name: 'Restore' }).click();
      await page.getByRole('button', { name: 'Restore tool' }).click();
      await page.getByRole('button', { name: 'Delete' }).waitFor();
    });

    it('filters, order and pages are in the address', async () => {
      const { page } = window;
      const { acme } = shared().tenants;
      for (let number = 10; number < 40; number++) await acme.ask(TOOL, { name: `tool ${number}` });
      await visit(shared(), page, '/acme/tools', 'Tools');
      await page.getByLabel('Name', { exact: true }).fill('tool 1');
      await page.getByText('10 shown of 10').waitFor();
      expect(page.url()).toContain('name=tool+1');
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.getByRole('link', { name: /^Name/ }).click();
      await page.getByText('25 shown of 32').waitFor();
      await page.getByRole('link', { name: 'Next' }).click();
      await page.getByText('7 shown of 32').waitFor();
      await page.reload();
      await page.getByRole('link', { name: 'tool 39' }).waitFor();
      await page.goBack();
      await page.getByText('25 shown of 32').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    });

    it('everything can be reached with the keyboard, and the skip link is first', async () => {
      const { page } = window;
      await visit(shared(), page, '/acme/tools', 'Tools');
      await page.evaluate('document.activeElement?.blur()');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('service acc');
      await page.keyboard.press('Enter');
      await heading(page, 'Service accounts').waitFor();
      await page.reload();
      await heading(page, 'Service accounts').waitFor();
      await page.evaluate('document.activeElement?.blur()');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement?.textContent')).toBe('Skip to content');
    });

    it('actions that a key may not perform are not offered, with the reason', async () => {
      const { acme } = shared().tenants;
      const { createApiKey } = await acme.ask<{ createApiKey: { secret: string } }>(VIEWER_KEY);
      const { context, page, complaints } = await openWindow(shared(), { colorScheme: 'dark' });
      await signIn(shared(), page, createApiKey.secret);
      await page.getByText(/Read only\. This key lacks agents:write; its role is VIEWER/).waitFor();
      expect(await page.getByRole('link', { name: 'New agent' }).count()).toBe(0);
      expect(await page.getByRole('link', { name: 'Tools' }).count()).toBe(0);
      await page.getByRole('link', { name: 'Order desk' }).click();
      await heading(page, 'Order desk').waitFor();
      expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
      await visit(shared(), page, '/acme/tools', 'Tools');
      await page
        .getByText(/This key lacks tools:read/)
        .last()
        .waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('on a phone, a button opens the menu', async () => {
      const { context, page, complaints } = await openWindow(shared(), { viewport: { width: 390, height: 800 } });
      await signIn(shared(), page, shared().tenants.acme.key);
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('link', { name: 'Tools' }).click();
      await heading(page, 'Tools').waitFor();
      expect(await page.getByRole('link', { name: 'Schedules' }).isVisible()).toBe(false);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
      expect(await seriousFindings(page)).toEqual([]);
      await Pictures.take(page, 'phone');
      expect(complaints).toEqual([]);
      await context.close();
    });
  });
}
