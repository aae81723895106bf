/** Activity in an account as it happens: runs, webhook deliveries, expiring keys. */
import { heading, openWindow, seriousFindings, signIn, visit, type Site, type Window } from './site';

const AGENT =
  'mutation { createAgent(input: { name: "Night clerk", framework: LANGGRAPH, model: { provider: "p", name: "m" } }) { id } }';
const START = 'mutation ($agentId: ID!) { startRun(agentId: $agentId) { id } }';
const FINISH = 'mutation ($id: ID!) { finishRun(id: $id, status: SUCCESS) { id } }';

export function describeActivity(shared: () => Site): void {
  describe('the activity of an account', () => {
    let window: Window;
    beforeAll(async () => {
      window = await openWindow(shared());
      await signIn(shared(), window.page, shared().tenants.globex.key, '/globex/runs');
    });
    afterAll(() => window?.context.close());
    afterEach(() => expect(window.complaints).toEqual([]));

    it('runs appear and end on the page as it happens, of this account only', async () => {
      const { page } = window;
      const { acme, globex } = shared().tenants;
      await page.getByText(/^Live: this list updates/).waitFor();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.postData() ?? ''));
      const start = async (client: typeof acme) => {
        const { createAgent } = await client.ask<{ createAgent: { id: string } }>(AGENT);
        return (await client.ask<{ startRun: { id: string } }>(START, { agentId: createAgent.id })).startRun.id;
      };
      await start(acme);
      const id = await start(globex);
      await page.locator('tbody .badge', { hasText: 'STARTED' }).waitFor();
      expect(await page.locator('tbody tr').count()).toBe(1);
      expect(await seriousFindings(page)).toEqual([]);
      await globex.ask(FINISH, { id });
      await page.locator('tbody .badge', { hasText: 'SUCCESS' }).waitFor();
      // Each change was read once, with no reads in between.
      expect(asked.filter((body) => body.includes('query RunPage')).length).toBeLessThanOrEqual(3);
    });

    it('a webhook is created with a secret that is shown once, tested, and replayed', async () => {
      const { page } = window;
      await visit(shared(), page, '/globex/webhooks', 'Webhooks');
      await page.getByRole('button', { name: 'New webhook' }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name' }).fill('orders');
      await dialog.getByRole('button', { name: 'Create webhook' }).click();
      await dialog.getByText('This field is required.').waitFor();
      await dialog.getByRole('textbox', { name: 'URL' }).fill('https://hooks.invalid/portcullis');
      expect(await seriousFindings(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Create webhook' }).click();
      const secret = await dialog.locator('code', { hasText: 'whsec_' }).textContent();
      await dialog.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('link', { name: 'orders' }).click();
      await heading(page, 'orders').waitFor();
      expect(await page.content()).not.toContain(secret);
      await page.getByRole('button', { name: 'Send a test' }).click();
      await dialog.getByRole('button', { name: 'Send a test' }).click();
      await dialog.getByText(/, after \d+ ms/).waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Replay' }).click();
      await dialog.getByRole('textbox', { name: 'First event' }).fill('none');
      await dialog.getByRole('button', { name: 'Deliver again' }).click();
      await dialog.getByText('A whole number from 1 on.').waitFor();
      await dialog.getByRole('textbox', { name: 'First event' }).fill('1');
      expect(await seriousFindings(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Deliver again' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await shared().tenants.globex.ask('{ webhooks { nodes { replayFrom } } }')).toEqual({
        webhooks: { nodes: [{ replayFrom: 1 }] },
      });
    });

    it('every delivery attempt is listed, by status in the address, and none of another account', async () => {
      const { page } = window;
      await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
      await heading(page, 'Webhook deliveries').waitFor();
      await page.locator('tbody').getByText('a test').waitFor();
      await page.getByRole('link', { name: 'orders' }).first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByLabel('Status').selectOption('SUCCEEDED');
      await page.getByText('No attempts yet, or none matches.').waitFor();
      expect(page.url()).toContain('status=SUCCEEDED');
      const other = await openWindow(shared());
      await signIn(shared(), other.page, shared().tenants.acme.key, '/acme/webhook-deliveries');
      await other.page.getByText('No attempts yet, or none matches.').waitFor();
      await other.context.close();
    });

    it('keys that expire soon are listed, for as many days as the address says', async () => {
      const { page } = window;
      await shared().tenants.globex.ask(
        'mutation { createApiKey(input: { name: "nearly over", role: VIEWER, expiresInDays: 10 }) { secret } }',
      );
      await visit(shared(), page, '/globex/keys-to-renew', 'Keys to renew');
      const ending = page.getByRole('region', { name: 'Keys that end soon' });
      await ending.getByRole('link', { name: 'nearly over' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByLabel('Within').selectOption('7');
      await page.getByText('No key ends in this period.').waitFor();
      expect(page.url()).toContain('ending=7');
    });
  });
}
