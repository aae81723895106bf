/** Two people change the same row: the second to save is refused with an explanation and overwrites nothing. */
import type { Page } from 'playwright-core';
import { heading, openWindow, seriousFindings, signIn, visit, watch, type Site } from './site';

const TOOL = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';
const READ = 'query ($id: ID!) { tool(id: $id) { name description version } }';
const CHANGE = 'mutation ($id: ID!) { updateTool(id: $id, input: { description: "By a program." }) { version } }';
const ACCOUNT = 'query ($slug: String!) { account(slug: $slug) { name version } }';
const RENAME = 'mutation ($id: ID!, $name: String!) { updateAccount(id: $id, input: { name: $name }) { version } }';

const save = (page: Page): Promise<void> => page.getByRole('button', { name: 'Save changes' }).click();

/** Waits until the page reports that its form is outdated, and what to do. */
async function expectRefused(page: Page): Promise<void> {
  await page.getByText('VERSION_CONFLICT').waitFor();
  await page.getByRole('button', { name: 'Discard my changes and reload' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
}

/**
 * Saves while offline, changes the row as somebody else, and waits until the page is online again and has reloaded the
 * row, which it does although a form is open.
 */
async function loseConnectionDuring(page: Page, query: string, change: () => Promise<unknown>): Promise<void> {
  await page.context().setOffline(true);
  await save(page);
  await page.getByText('The gateway does not respond.').waitFor();
  await change();
  const readAgain = page.waitForResponse((answer) => (answer.request().postData() ?? '').includes(query));
  await page.context().setOffline(false);
  await (await readAgain).finished();
  await page.getByText('The gateway does not respond.').waitFor({ state: 'detached' });
}

export function describeConflicts(shared: () => Site): void {
  describe('two people change the same row', () => {
    let tool: string;
    beforeAll(async () => {
      tool = (await shared().tenants.acme.ask<{ createTool: { id: string } }>(TOOL, { name: 'dictionary' })).createTool
        .id;
    });

    it('in two tabs: the second to save is refused, and can save once it has reloaded the row', async () => {
      const { acme } = shared().tenants;
      const { context, page: first, complaints } = await openWindow(shared());
      const edit = `/acme/tools/${tool}/edit`;
      await signIn(shared(), first, acme.key, edit);
      const second = watch(await context.newPage(), []);
      await signIn(shared(), second, acme.key, edit);
      for (const page of [first, second]) await heading(page, 'Edit dictionary').waitFor();
      await first.getByLabel('Description').fill('Of the first tab.');
      await second.getByLabel('Description').fill('Of the second tab.');
      await save(first);
      await heading(first, 'dictionary').waitFor();
      await save(second);
      await expectRefused(second);
      expect(await second.getByLabel('Description').inputValue()).toBe('Of the second tab.');
      expect(await acme.ask(READ, { id: tool })).toMatchObject({ tool: { description: 'Of the first tab.' } });
      await second.getByRole('button', { name: 'Discard my changes and reload' }).click();
      await second.locator('textarea', { hasText: 'Of the first tab.' }).waitFor();
      await second.getByLabel('Description').fill('Of both.');
      await save(second);
      await heading(second, 'dictionary').waitFor();
      expect(await acme.ask(READ, { id: tool })).toMatchObject({ tool: { description: 'Of both.' } });
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('although the page has reloaded the row in the meantime, because its connection was lost', async () => {
      const { acme } = shared().tenants;
      const { context, page, complaints } = await openWindow(shared());
      await signIn(shared(), page, acme.key, `/acme/tools/${tool}/edit`);
      await heading(page, 'Edit dictionary').waitFor();
      await page.getByLabel('Description').fill('Of a form that is open.');
      await loseConnectionDuring(page, 'query ToolRow', () => acme.ask(CHANGE, { id: tool }));
      expect(await page.getByLabel('Description').inputValue()).toBe('Of a form that is open.');
      await save(page);
      await expectRefused(page);
      expect(await acme.ask(READ, { id: tool })).toMatchObject({ tool: { description: 'By a program.' } });
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('and an account that an operator edits, in the same way', async () => {
      const { master, ...tenants } = shared().tenants;
      const hooli = await tenants.createAccount('hooli');
      const { context, page, complaints } = await openWindow(shared());
      await signIn(shared(), page, master.key, '/all/accounts/hooli/edit');
      await heading(page, 'Edit hooli').waitFor();
      await page.getByRole('textbox', { name: 'Name' }).fill('Hooli of the form');
      await page.getByLabel(/^Reason/).fill('contract 18');
      await loseConnectionDuring(page, 'query AccountPage', () =>
        master.ask(RENAME, { id: hooli.accountId, name: 'Hooli of a program' }),
      );
      await save(page);
      await expectRefused(page);
      expect(await master.ask(ACCOUNT, { slug: 'hooli' })).toMatchObject({ account: { name: 'Hooli of a program' } });
      await visit(shared(), page, '/all/accounts/hooli', 'Hooli of a program');
      expect(complaints).toEqual([]);
      await context.close();
    });
  });
}
