/**
 * What the workers of a test run know about its PostgreSQL and files, passed through the environment, which they
 * inherit.
 */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

/** A test run. Its id is part of every name that it creates on the server, because other runs may share the server. */
export interface TestRun {
  readonly id: string;
  /** Deleted with all of its contents when the run is over. */
  readonly folder: string;
  readonly superuserUrl: string;
  readonly template: string;
  readonly owner: string;
  /** How the gateway's roles connect to the template; copies share these roles. */
  readonly tenantUrl: string;
  readonly operatorUrl: string;
  readonly restrictedUrl: string;
}

export const OWNER_PASSWORD = 'owner-of-tests';

const VARIABLE = 'PORTCULLIS_TEST_RUN';

export function publishRun(run: TestRun): void {
  process.env[VARIABLE] = JSON.stringify(run);
}

/** @throws Error if Jest runs without this project's global set-up. */
export function currentRun(): TestRun {
  const text = process.env[VARIABLE];
  if (text === undefined)
    throw new Error('No test run is set up: start the tests with "npm test" in the project folder.');
  const run: TestRun = JSON.parse(text);
  return run;
}

/** A folder for a test, deleted automatically. */
export const newFolder = (): string => mkdtempSync(join(currentRun().folder, 'files-'));

/** The URL of another database on the same server, with the same user. */
export function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.toString();
}

/** The URL of a database of this run as its owner, an ordinary role as in production. */
export function ownerUrl(run: Pick<TestRun, 'superuserUrl' | 'owner'>, database: string): string {
  const url = new URL(withDatabase(run.superuserUrl, database));
  url.username = run.owner;
  url.password = OWNER_PASSWORD;
  return url.toString();
}

/** The URL through the pooler in TEST_POOLER (`host:port`), if set. */
export function throughPooler(url: string): string {
  const pooled = new URL(url);
  pooled.host = process.env['TEST_POOLER'] ?? pooled.host;
  return pooled.toString();
}
