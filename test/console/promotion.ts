/** Promotion of configuration between accounts. */
import { Pictures } from './pictures';
import { heading, openWindow, seriousFindings, signIn, type Site } from './site';

const SERVER = `mutation { createMcpServer(input: { name: "orders", config: { url: "https://orders.example/mcp" },
  authentication: { type: BEARER_TOKEN, token: "a-token-of-acme" } }) { id } }`;

export function describePromotion(shared: () => Site): void {
  it('an operator moves the configuration of one account to another, with its secrets, and undoes the import', async () => {
    const { acme, globex, master } = shared().tenants;
    await acme.ask(SERVER);
    const { context, page, complaints } = await openWindow(shared());
    await signIn(shared(), page, master.key, '/globex/promotion');
    await heading(page, 'Promotion').waitFor();
    await page.getByLabel('From the account').selectOption({ label: 'acme' });
    await page.getByRole('button', { name: 'Use its configuration' }).click();
    await page.getByLabel('The bundle').filter({ hasText: 'orders' }).waitFor();
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByRole('heading', { name: 'The plan' }).waitFor();
    const secrets = page.getByRole('group', { name: 'Secrets that the bundle leaves out' });
    await page.getByText(/This plan cannot be applied yet/).waitFor();
    await secrets.locator('input').fill('a-token-of-globex');
    expect(await seriousFindings(page)).toEqual([]);
    await secrets.getByRole('button', { name: 'Plan with these secrets' }).click();
    await page.getByRole('button', { name: 'Apply to globex' }).waitFor();
    await page.getByLabel(/^Reason/).fill('promotion of the release');
    await page.getByRole('heading', { name: 'The plan' }).scrollIntoViewIfNeeded();
    await Pictures.take(page, 'promotion');
    await page.getByRole('button', { name: 'Apply to globex' }).click();
    await page.getByText('The import was applied completely.').waitFor();
    const servers = '{ mcpServers { nodes { name authentication { type } } } }';
    expect(await globex.ask(servers)).toEqual({
      mcpServers: { nodes: [{ name: 'orders', authentication: { type: 'BEARER_TOKEN' } }] },
    });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Undo the import' }).click();
    await page.getByText('The import was applied').waitFor({ state: 'detached' });
    expect(await globex.ask(servers)).toEqual({ mcpServers: { nodes: [] } });
    expect(complaints).toEqual([]);
    await context.close();
  });
}
