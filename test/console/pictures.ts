/** Screenshots for README and docs, taken during the tests: `WRITE_DOCS=1 npm run test:console`. */
import type { Page } from 'playwright-core';
import { projectFile } from '../../src/util/project-file';

export const Pictures = {
  /** Does nothing unless docs are written. */
  take: async (page: Page, name: string): Promise<void> => {
    if (process.env['WRITE_DOCS'] !== '1') return;
    await page.mouse.move(0, 0);
    await page.screenshot({ path: projectFile('docs', 'console', `${name}.png`), animations: 'disabled' });
  },
};
