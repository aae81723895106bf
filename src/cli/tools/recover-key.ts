/** Creates a master key as the owner of the database: run by `portcullis recover-key` in a separate process. */
import { connectionProblem } from '../../db/connection-problem';
import { addMasterKey } from '../../db/setup/first-master-key';
import { withDatabase, type LocalDatabase } from './database';
import { runTool } from './run-tool';

async function recover({ setting, ownerUrl: url }: LocalDatabase): Promise<string> {
  try {
    return await addMasterKey(url, 'created by portcullis recover-key');
  } catch (error) {
    const problem = connectionProblem(error, { setting, url });
    throw problem === null ? error : new Error(problem);
  }
}

runTool(async () => {
  process.stdout.write(`${await withDatabase(recover)}\n`);
  process.stderr.write('A new master key, shown only once. Its creation is audited; revoke the lost keys.\n');
  return 0;
});
