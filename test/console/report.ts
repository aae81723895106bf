/** Prints what the pages show when a test fails, so that a failure in CI can be understood from its output alone. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { projectFile } from '../../src/util/project-file';

declare global {
  /** Called by environment.js. @param test the title of the failed test. */
  var reportPages: ((test: string) => Promise<void>) | undefined;
}

const MAX_TEXT = 2_000;
const MAX_REQUESTS = 12;
const WARNING = 40;

const requests = new WeakMap<Page, string[]>();

const operationOf = (body: string | null): string => /\b(query|mutation|subscription) \w+/.exec(body ?? '')?.[0] ?? '';

/** Remembers the last requests of the page. */
export function remember(page: Page): void {
  const asked: string[] = [];
  requests.set(page, asked);
  const note = (line: string): void => {
    asked.push(line);
    if (asked.length > MAX_REQUESTS) asked.shift();
  };
  page.on('response', (answer) => {
    const request = answer.request();
    note(`${answer.status()} ${request.method()} ${request.url()} ${operationOf(request.postData())}`);
  });
  page.on('requestfailed', (request) =>
    note(`${request.failure()?.errorText ?? 'failed'} ${request.url()} ${operationOf(request.postData())}`),
  );
}

async function describePage(page: Page, picture: string): Promise<string> {
  const text = await page.evaluate<string>('document.body?.innerText ?? ""').catch(String);
  await page.screenshot({ path: picture }).catch(() => undefined);
  return [
    `Page ${page.url()}, see ${picture}`,
    ...(requests.get(page) ?? []).map((line) => `  ${line}`),
    ...text
      .slice(0, MAX_TEXT)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => `  | ${line}`),
  ].join('\n');
}

/** Makes failures of this suite print what all open pages show, and the gateway's warnings. */
export function reportFailures(browser: Browser, log: readonly Record<string, unknown>[]): void {
  const folder = projectFile('dist', 'test-console');
  globalThis.reportPages = async (test) => {
    mkdirSync(folder, { recursive: true });
    const name = test.replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-').slice(0, 80);
    const pages = browser.contexts().flatMap((context) => context.pages());
    const described = await Promise.all(
      pages.map((page, index) => describePage(page, join(folder, `${name}-${index}.png`))),
    );
    const warnings = log.filter(({ level }) => Number(level) >= WARNING).map((line) => JSON.stringify(line));
    process.stderr.write(`Failed: ${test}\n${[...described, ...warnings.slice(-MAX_REQUESTS)].join('\n')}\n`);
  };
}
