/** The console across accounts, with a master key. */
import { Pictures } from './pictures';
import { heading, openWindow, seriousFindings, signIn, visit, type Site, type Window } from './site';

const AGENT = `mutation { createAgent(input: { name: "Meter reader", framework: LANGGRAPH,
  model: { provider: "anthropic", name: "claude-sonnet" }, metadata: { owner: { team: "field" } } }) { id } }`;
const START = 'mutation ($agentId: ID!) { startRun(agentId: $agentId) { id } }';

export function describePlatform(shared: () => Site): void {
  describe('across accounts', () => {
    let window: Window;
    beforeAll(async () => {
      await shared().tenants.globex.ask(AGENT);
      window = await openWindow(shared());
      await signIn(shared(), window.page, shared().tenants.master.key);
    });
    afterAll(() => window?.context.close());
    afterEach(() => expect(window.complaints).toEqual([]));

    it('every row shows its account', async () => {
      const { page } = window;
      await heading(page, 'Agents').waitFor();
      for (const [agent, account] of [
        ['Order desk', 'acme'],
        ['Meter reader', 'globex'],
      ] as const) {
        const row = page.getByRole('row', { name: new RegExp(agent) });
        await row.getByRole('link', { name: account, exact: true }).waitFor();
      }
      await page.getByText('Choose an account above to create rows in it.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await Pictures.take(page, 'all-accounts');
    });

    it('a change needs a reason, which the account can read', async () => {
      const { page } = window;
      await page.getByRole('button', { name: /^Account: all accounts/ }).click();
      await page.getByRole('option', { name: 'globex' }).click();
      await page.getByRole('link', { name: 'Meter reader' }).click();
      await page.getByRole('link', { name: 'Edit' }).click();
      await page.getByLabel('Description').fill('Reads meters.');
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByText('REASON_REQUIRED').waitFor();
      await page.getByLabel(/^Reason/).fill('Änderung für den Kunden');
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByText('Reads meters.').waitFor();
      await visit(shared(), page, '/globex/operator-access', 'Operator access');
      await page.getByText('Änderung für den Kunden').first().waitFor();
    });

    it('an account is suspended, which ends and explains its open session, and is reactivated', async () => {
      const { page } = window;
      const tenant = await openWindow(shared());
      await signIn(shared(), tenant.page, shared().tenants.globex.key);
      await heading(tenant.page, 'Agents').waitFor();
      await visit(shared(), page, '/all/accounts', 'Accounts');
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('link', { name: 'globex' }).click();
      await page.getByRole('button', { name: 'Suspend' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Suspend globex' }).click();
      await page.getByText('SUSPENDED').waitFor();
      await tenant.page.getByRole('link', { name: 'Tools' }).click();
      await tenant.page.getByText('The session has ended.').waitFor();
      await tenant.context.close();
      await page.getByRole('button', { name: 'Reactivate' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Reactivate globex' }).click();
      await page.getByText('ACTIVE', { exact: true }).waitFor();
    });

    it('master keys and their use are listed', async () => {
      const { page } = window;
      await visit(shared(), page, '/all/master-keys', 'Master keys');
      await page.getByRole('button', { name: 'Revoke' }).first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await visit(shared(), page, '/all/master-access', 'Master access');
      await page.getByText('suspendAccount').first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await visit(shared(), page, '/all/runs', 'Runs');
    });

    it('a list of runs of all accounts explains how to see them live, and a single run is live', async () => {
      const { page } = window;
      const { globex } = shared().tenants;
      const { createAgent } = await globex.ask<{ createAgent: { id: string } }>(
        AGENT.replace('Meter reader', 'Gas works'),
      );
      const { startRun } = await globex.ask<{ startRun: { id: string } }>(START, { agentId: createAgent.id });
      await visit(shared(), page, '/all/runs', 'Runs');
      await page.getByText(/streams the runs of one account at a time\. Choose an account above/).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      const followed = page.waitForRequest((request) => (request.postData() ?? '').includes('subscription LiveRuns'));
      await page.locator(`a[href$="/runs/${startRun.id}"]`).first().click();
      expect((await followed).postDataJSON()).toMatchObject({ variables: { accountId: globex.accountId } });
      await page.locator('.values .badge', { hasText: 'STARTED' }).waitFor();
      await globex.ask('mutation ($id: ID!) { finishRun(id: $id, status: SUCCESS) { id } }', { id: startRun.id });
      await page.locator('.values .badge', { hasText: 'SUCCESS' }).waitFor();
    });
  });
}
