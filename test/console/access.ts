/** Keys and access review in the console. */
import { Pictures } from './pictures';
import { heading, openWindow, seriousFindings, signIn, visit, type Site, type Window } from './site';

export function describeAccess(shared: () => Site): void {
  describe('the keys of an account', () => {
    let window: Window;
    beforeAll(async () => {
      window = await openWindow(shared());
      await signIn(shared(), window.page, shared().tenants.acme.key, '/acme/apiKeys');
      await heading(window.page, 'API keys').waitFor();
    });
    afterAll(() => window?.context.close());
    afterEach(() => expect(window.complaints).toEqual([]));

    it('a key is created with a role and restrictions, and its secret is shown once', async () => {
      const { page } = window;
      await page.getByRole('button', { name: 'New key' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Name' }).fill('reports');
      await dialog.getByLabel('Role').selectOption('VIEWER');
      await dialog.getByText('Restrictions').click();
      await dialog.getByLabel('Networks').fill('10.0.0.0/99');
      await dialog.getByRole('button', { name: 'Create key' }).click();
      await dialog.getByText('BAD_USER_INPUT').waitFor();
      await dialog.getByLabel('Networks').fill('10.0.0.0/8');
      expect(await seriousFindings(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Create key' }).click();
      const secret = await dialog.locator('code', { hasText: 'pcl_live_' }).textContent();
      expect(secret).toMatch(/^pcl_live_/);
      await dialog.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('link', { name: 'reports' }).waitFor();
      expect(await page.content()).not.toContain(secret);
      await Pictures.take(page, 'keys');
    });

    it('a key is rotated and revoked, and shows when it was last used', async () => {
      const { page } = window;
      await page.getByRole('link', { name: 'reports' }).click();
      await page.getByText('10.0.0.0/8').waitFor();
      await page.getByRole('button', { name: 'Rotate' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('was never used.').waitFor();
      await dialog.getByRole('button', { name: 'Rotate key' }).click();
      await dialog.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('button', { name: 'Revoke' }).click();
      await dialog.getByRole('button', { name: 'Revoke permanently' }).click();
      await page.getByText('REVOKED').first().waitFor();
      await page.getByRole('button', { name: 'Rotate' }).waitFor({ state: 'detached' });
    });

    it('the access review is planned, applied and undone', async () => {
      const { page } = window;
      const { tenants } = shared();
      const { acme } = tenants;
      const { createApiKey } = await acme.ask<{ createApiKey: { secret: string } }>(
        'mutation { createApiKey(input: { name: "batch", role: CREATOR }) { secret } }',
      );
      await tenants.client(createApiKey.secret).ask('{ agents { totalCount } }');
      // Stores the buffered counts.
      await tenants.fingerprint(acme.accountId);
      await visit(shared(), page, '/acme/access-review', 'Access review');
      await page.getByRole('link', { name: 'batch' }).waitFor();
      await page.getByRole('button', { name: 'Plan to remove unused rights' }).click();
      await page.getByRole('button', { name: /^Apply \d+ change/ }).waitFor();
      await page.getByText('VIEWER on agents', { exact: true }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await Pictures.take(page, 'access-review');
      await page.getByRole('button', { name: /^Apply \d+ change/ }).click();
      await page.getByText('Applied.').waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Undone: every key has its previous rights.').waitFor();
    });

    it('the audit log shows who changed what, filtered by the address', async () => {
      const { page } = window;
      await visit(shared(), page, '/acme/audit?resourceType=Agent&action=UPDATE', 'Audit log');
      await page.getByRole('button', { name: /value/ }).first().click();
      await page.locator('ins').first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await Pictures.take(page, 'audit');
      await visit(shared(), page, '/acme/denials', 'Denials');
      expect(await seriousFindings(page)).toEqual([]);
    });
  });
}
