/** What tests ask of ordinary tables alone. Among shards these are left out, in one place, each with its reason. */
import { citusUrl } from './citus';

const LEFT_OUT = {
  'WHERE CURRENT OF': 'Citus has no cursors that change rows',
  'rows that move': 'Citus lets no statement change the account of a row, by which tables are divided',
  'locks of rows without their account': 'Citus refuses FOR UPDATE in more than one shard, so nothing is changed',
  'one statement for rows of several accounts': 'they are asked account by account, in one message',
  'tables that inherit': 'Citus refuses children of distributed tables',
  notifications: 'there are none, whether or not they could arrive',
  plans: 'PostgreSQL plans and counts for each shard by itself',
} as const;

/** Whether a test can ask this; a line of the output says so where it cannot. */
export function canAsk(what: keyof typeof LEFT_OUT): boolean {
  if (citusUrl() === null) return true;
  process.stdout.write(`== NOT RUN among shards: ${what}: ${LEFT_OUT[what]}\n`);
  return false;
}
