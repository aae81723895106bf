/** The page of the account itself: its metadata, erasing its history, and verifying its audit log. */
import { readFileSync } from 'node:fs';
import type { Page, Route } from 'playwright-core';
import type { Tenant } from '../harness/gateway';
import { query } from '../harness/sql';
import { Pictures } from './pictures';
import { heading, openWindow, seriousFindings, signIn, visit, writeJson, type Site, type Window } from './site';

const RENAME = 'mutation ($id: ID!) { updateAccount(id: $id, input: { name: "Initech" }) { version } }';
const KEY = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
const ROLE = 'mutation ($input: CreateCustomRoleInput!) { createCustomRole(input: $input) { id } }';
const TOOL =
  'mutation { createTool(input: { name: "Caller list", description: "Ada Lovelace, 12 Broad Street" }) { id } }';
const PURGE = 'mutation ($accountId: ID!, $id: ID) { purge(accountId: $accountId, type: Tool, id: $id) { purged } }';
const HISTORY =
  'query ($type: String!, $id: ID!) { history(resourceType: $type, id: $id) { nodes { action erased reason } } }';
const PERMISSIONS = '{ viewer { permissions } }';

interface Erasable {
  readonly history: { readonly nodes: readonly { readonly action: string; readonly erased: boolean }[] };
}

const metadata = (page: Page) => page.getByRole('textbox', { name: 'Metadata' });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** A key with all read permissions and the given ones. */
async function keyThatReads(account: Tenant, further: readonly string[]): Promise<string> {
  const { viewer } = await account.ask<{ viewer: { permissions: string[] } }>(PERMISSIONS);
  const permissions = [...viewer.permissions.filter((permission) => permission.endsWith(':read')), ...further];
  const { createCustomRole } = await account.ask<{ createCustomRole: { id: string } }>(ROLE, {
    input: { name: 'auditor', permissions },
  });
  const input = { name: 'auditor', role: 'CUSTOM', customRoleId: createCustomRole.id };
  return (await account.ask<{ createApiKey: { secret: string } }>(KEY, { input })).createApiKey.secret;
}

/** Simulates a chain that takes three requests; the second gets no answer, once. */
async function interrupt(page: Page, seen: number[]): Promise<void> {
  await page.route('**/graphql', async (route: Route) => {
    const { query: document, variables } = route.request().postDataJSON() as {
      query: string;
      variables: { after: number };
    };
    if (!document.includes('query VerifyAudit')) return route.continue();
    seen.push(variables.after);
    if (seen.length === 2) return route.abort();
    const answer = await route.fetch();
    if (seen.length > 1) return route.fulfill({ response: answer });
    const body = (await answer.json()) as { data: { verifyAudit: object } };
    const verifyAudit = { ...body.data.verifyAudit, complete: false, checked: 2, lastSequence: 2 };
    return route.fulfill({ response: answer, json: { data: { verifyAudit } } });
  });
}

export function describeAccount(shared: () => Site): void {
  describe('the account itself', () => {
    let window: Window;
    let initech: Tenant;
    beforeAll(async () => {
      initech = await shared().tenants.createAccount('initech');
      window = await openWindow(shared());
      await signIn(shared(), window.page, shared().tenants.master.key, '/all/accounts/initech');
    });
    afterAll(() => window?.context.close());
    afterEach(() => expect(window.complaints).toEqual([]));

    it("an operator changes its metadata, and another person's change is not overwritten", async () => {
      const { page } = window;
      const { master } = shared().tenants;
      await page.getByRole('link', { name: 'Edit', exact: true }).click();
      await heading(page, 'Edit initech').waitFor();
      await writeJson(metadata(page), '[ "a list" ]');
      await button(page, 'Save changes').click();
      await page
        .getByText(/This is JSON, but not a JSON object/)
        .first()
        .waitFor();
      await page.getByRole('textbox', { name: 'Name' }).fill('');
      await writeJson(metadata(page), '{ "plan": "gold" }');
      await button(page, 'Save changes').click();
      await page.getByText('This field is required.').first().waitFor();
      await page.getByRole('textbox', { name: 'Name' }).fill('initech');
      await page.getByLabel(/^Reason/).fill('contract 17');
      expect(await seriousFindings(page)).toEqual([]);
      await master.ask(RENAME, { id: initech.accountId });
      await button(page, 'Save changes').click();
      await page.getByText('VERSION_CONFLICT').waitFor();
      await button(page, 'Discard my changes and reload').click();
      // The form is new only once the message is gone; the title changes earlier.
      await page.getByText('VERSION_CONFLICT').waitFor({ state: 'detached' });
      await heading(page, 'Edit Initech').waitFor();
      await writeJson(metadata(page), '{ "plan": "gold" }');
      await button(page, 'Save changes').click();
      await heading(page, 'Initech').waitFor();
      await page.getByRole('region', { name: 'Metadata' }).filter({ hasText: 'gold' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('tab', { name: 'History' }).click();
      await page.locator('ins', { hasText: 'gold' }).waitFor();
      await page.getByText('contract 17').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    });

    it('a missing account is reported, and one must be chosen first', async () => {
      const { page } = window;
      await visit(shared(), page, '/all/accounts/nobody', 'No such account');
      await visit(shared(), page, '/all/account', 'Account');
      await page.getByText(/Choose an account above/).waitFor();
      await visit(shared(), page, '/initech/account', 'Initech');
      await page.getByRole('link', { name: 'Edit', exact: true }).click();
      await heading(page, 'Edit Initech').waitFor();
      await button(page, 'Cancel').click();
      await heading(page, 'Initech').waitFor();
      expect(page.url()).toMatch(/\/initech\/account$/);
    });

    it('an account reads its own metadata on a phone, and sees who can change it', async () => {
      const input = { name: 'frontend', role: 'VIEWER' };
      const { createApiKey } = await initech.ask<{ createApiKey: { secret: string } }>(KEY, { input });
      const { context, page, complaints } = await openWindow(shared(), {
        colorScheme: 'dark',
        viewport: { width: 390, height: 800 },
      });
      await signIn(shared(), page, createApiKey.secret, '/initech/account');
      await heading(page, 'Initech').waitFor();
      await page.getByRole('region', { name: 'Metadata' }).filter({ hasText: 'gold' }).waitFor();
      await page.getByText(/^Read-only\. Only platform operators/).waitFor();
      expect(await page.getByRole('link', { name: 'Edit', exact: true }).count()).toBe(0);
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('tab', { name: 'History' }).click();
      await page
        .getByText(/This key lacks audit:read/)
        .last()
        .waitFor();
      for (const name of ['acme', 'globex']) expect(await page.content()).not.toContain(name);
      await visit(shared(), page, '/initech/account/edit', 'Edit account');
      await page.getByText(/This is for master keys/).waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('a read-only key sees why it cannot erase', async () => {
      const { context, page, complaints } = await openWindow(shared());
      await signIn(shared(), page, await keyThatReads(initech, []), '/initech/account?tab=history');
      await page.getByText(/^You cannot erase the history\. This key lacks audit:admin/).waitFor();
      expect(await button(page, 'Erase the history').count()).toBe(0);
      expect(complaints).toEqual([]);
      await context.close();
    });

    it("its history is erased after its short name was typed, and no other account's is", async () => {
      const { page } = window;
      const { tenants } = shared();
      const others = async () =>
        Promise.all([tenants.acme, tenants.globex].map(({ accountId }) => tenants.fingerprint(accountId)));
      const before = await others();
      await visit(shared(), page, '/all/accounts/initech?tab=history', 'Initech');
      await button(page, 'Erase the history').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(/are removed from \d+ events of the audit log/).waitFor();
      await dialog.getByRole('heading', { name: 'What is kept' }).waitFor();
      const erase = dialog.getByRole('button', { name: 'Erase the history of this account' });
      for (const typed of ['', 'Initech', 'acme']) {
        await dialog.getByLabel('Type initech to confirm').fill(typed);
        await erase.click();
        await dialog.getByText('This is not initech.').waitFor();
      }
      const { nodes } = (await initech.ask<Erasable>(HISTORY, { type: 'Account', id: initech.accountId })).history;
      expect(nodes.filter(({ erased, action }) => erased || action === 'ERASE')).toEqual([]);
      await dialog.getByLabel(/^Reason/).fill('request 4711');
      await dialog.getByLabel('Type initech to confirm').fill('initech');
      expect(await seriousFindings(page)).toEqual([]);
      await Pictures.take(page, 'erase');
      await erase.click();
      await dialog.getByText(`Erased from ${nodes.length} events.`).waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await page.getByText('What it recorded was erased.').first().waitFor();
      const { history } = await initech.ask<Erasable>(HISTORY, { type: 'Account', id: initech.accountId });
      expect(history.nodes.slice(0, -1).map(({ erased }) => erased)).toEqual(nodes.map(() => true));
      expect(history.nodes.at(-1)).toEqual({ action: 'ERASE', erased: false, reason: 'request 4711' });
      expect(await others()).toEqual(before);
      await button(page, 'Erase the history').click();
      await dialog.getByText('The audit log has no data of this account to erase.').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
    });

    it('an administrator erases what remains of a purged row', async () => {
      const { master } = shared().tenants;
      const { createTool } = await initech.ask<{ createTool: { id: string } }>(TOOL);
      const { id } = createTool;
      await initech.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id });
      await master.ask(PURGE, { accountId: initech.accountId, id });
      const { context, page, complaints } = await openWindow(shared(), { colorScheme: 'dark' });
      await signIn(shared(), page, await keyThatErases(), `/initech/tools/${id}`);
      await heading(page, 'No such tool').waitFor();
      await page.getByText('12 Broad Street').first().waitFor();
      await button(page, 'Erase the history').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(`Type ${id} to confirm`).fill(id);
      await dialog.getByLabel(/^Reason/).fill('no');
      await dialog.getByRole('button', { name: 'Erase the history of this tool' }).click();
      await dialog.getByText('BAD_USER_INPUT').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await dialog.getByLabel(/^Reason/).fill('request 4712');
      await dialog.getByRole('button', { name: 'Erase the history of this tool' }).click();
      await dialog.getByText('Erased from 3 events.').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await page.getByText('12 Broad Street').first().waitFor({ state: 'detached' });
      expect(complaints).toEqual([]);
      await context.close();

      async function keyThatErases(): Promise<string> {
        const input = { name: 'compliance', role: 'ADMINISTRATOR' };
        return (await initech.ask<{ createApiKey: { secret: string } }>(KEY, { input })).createApiKey.secret;
      }
    });

    it('the chain is verified in parts, and an interrupted verification continues', async () => {
      const { page } = window;
      await visit(shared(), page, '/initech/audit', 'Audit log');
      const seen: number[] = [];
      await interrupt(page, seen);
      await button(page, 'Verify').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Verify all events' }).click();
      await dialog.getByText('The gateway did not answer.').waitFor();
      await dialog.getByText('2 events are intact; the others were not verified.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Continue' }).click();
      const { auditEvents } = await initech.ask<{ auditEvents: { totalCount: number } }>(
        '{ auditEvents { totalCount } }',
      );
      await dialog.getByText(`All ${auditEvents.totalCount} events are intact.`).waitFor();
      expect(seen).toEqual([0, 2, 2]);
      await page.unroute('**/graphql');
    });

    it('it is compared with a downloaded checkpoint, and a changed event is reported', async () => {
      const { page } = window;
      const { database, acme } = shared().tenants;
      await visit(shared(), page, '/initech/audit', 'Audit log');
      await button(page, 'Verify').click();
      const dialog = page.getByRole('dialog');
      const downloading = page.waitForEvent('download');
      await dialog.getByRole('button', { name: 'Download a checkpoint' }).click();
      const file = await downloading;
      expect(file.suggestedFilename()).toMatch(/^initech-checkpoint-\d+\.json$/);
      const checkpoint = JSON.parse(readFileSync(await file.path(), 'utf8')) as { sequence: number };
      expect(checkpoint).toMatchObject({ accountId: initech.accountId, publicKey: expect.any(String) as string });

      const choose = (name: string, text: string) =>
        dialog
          .getByLabel('Compare with a checkpoint')
          .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
      await choose('notes.json', '{ "sequence": "seven" }');
      await dialog.getByText('notes.json is not a checkpoint. Choose another file.').waitFor();
      const { auditCheckpoint } = await acme.ask<{ auditCheckpoint: object }>(
        '{ auditCheckpoint { sequence hash at signature } }',
      );
      await choose('of-another-account.json', JSON.stringify(auditCheckpoint));
      await dialog.getByRole('button', { name: 'Verify all events' }).click();
      await dialog.getByText(/not signed by this gateway for this account/).waitFor();
      await choose('checkpoint.json', JSON.stringify(checkpoint));
      await dialog.getByText(`how the chain ended at event ${checkpoint.sequence}`).waitFor();
      await dialog.getByRole('button', { name: 'Verify all events' }).click();
      await dialog.getByText(/^All \d+ events are intact\.$/).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await Pictures.take(page, 'verification');

      const edit = "UPDATE audit_event SET actor_name = 'nobody' WHERE account_id = $1 AND sequence = 3";
      await query(database.superuserUrl, edit, [initech.accountId]);
      await dialog.getByRole('button', { name: 'Verify all events' }).click();
      await dialog.getByText('The chain is not intact.').waitFor();
      await dialog.getByText('EDITED').waitFor();
      await dialog.getByText(/at event 3\. Intact before it: 2\./).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Close' }).click();
    });

    it('across accounts, the chain of the platform is verified, and the page explains how to verify that of an account', async () => {
      const { page } = window;
      await visit(shared(), page, '/all/audit', 'Audit log');
      await button(page, 'Verify').click();
      const dialog = page.getByRole('dialog', { name: 'Verify the audit log of the platform' });
      await dialog.getByText(/choose an account above to verify it/).waitFor();
      await dialog.getByRole('button', { name: 'Verify all events' }).click();
      await dialog.getByText(/^All \d+ events are intact\.$/).waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
    });
  });
}
