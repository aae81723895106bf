/** whoami: whose key it is, what it may do, and warnings. */
import { openSession } from '../gateway/session';
import { data, json, table, warn } from '../output/print';
import { command, type Common } from './command';

async function whoami(options: Common): Promise<void> {
  const { viewer } = await openSession(options);
  if (options.json === true) return json(viewer);
  const { kind, key, account, permissions, warnings } = viewer;
  const facts = [
    ['account', account ? `${account.slug} (${account.name})` : 'all'],
    ['key', `${key.name} ${key.preview}`],
    ['kind', kind],
    ['permissions', permissions.join(', ')],
  ];
  await data(table(['field', 'value'], facts));
  warnings.forEach(warn);
}

export const whoamiCommand = command('whoami', 'Show whose key it is, what it may do, and warnings about it.', [
  'whoami --profile dev',
  'whoami --json',
]).action(whoami);
