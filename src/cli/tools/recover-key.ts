/** Makes a new master key as the owner of the database: what `portcullis recover-key` runs, in a process of its own. */
import { readConfig } from '../../config';
import { connectionProblem } from '../../db/connection-problem';
import { addMasterKey } from '../../db/setup/first-master-key';
import { runningEmbedded, startEmbedded } from '../../embedded-postgres/start-embedded';

/** Works on the database of the settings; the gateway may be running. */
async function withDatabase<Result>(work: (setting: string, ownerUrl: string) => Promise<Result>): Promise<Result> {
  const { DATABASE_URL, DATA_DIR } = readConfig();
  if (DATABASE_URL !== undefined) return work('DATABASE_URL', DATABASE_URL);
  const setting = 'The embedded PostgreSQL';
  const running = await runningEmbedded(DATA_DIR);
  if (running !== null) return work(setting, running);
  const server = await startEmbedded({ dataDir: DATA_DIR, log: () => undefined });
  return work(setting, server.url).finally(() => server.stop());
}

async function recover(setting: string, url: string): Promise<string> {
  try {
    return await addMasterKey(url, 'made by portcullis recover-key');
  } catch (error) {
    const problem = connectionProblem(error, { setting, url });
    throw problem === null ? error : new Error(problem);
  }
}

withDatabase(recover).then(
  (key) => {
    process.stdout.write(`${key}\n`);
    process.stderr.write(
      'A new master key, shown this once. It is in the audit log; revoke the keys that were lost.\n',
    );
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
