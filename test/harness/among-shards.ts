/** What only tests of ordinary tables can check. With shards, these are skipped, in one place, each with its reason. */
import { citusUrl } from './citus';

const LEFT_OUT = {
  'WHERE CURRENT OF': 'Citus has no cursors that change rows',
  'rows that move': 'Citus divides tables by account, so no statement can change the account of a row',
  'locks of rows without their account': 'Citus refuses FOR UPDATE in more than one shard, so nothing is changed',
  'one statement for rows of several accounts': 'pages of no more accounts than shards are queried account by account',
  'events without their account': 'Citus refuses to join them with their images in several shards, so nothing is read',
  'tables that inherit': 'Citus refuses children of distributed tables',
  notifications: 'there are none, whether or not they could arrive',
  'texts of statements': 'some have another form, and keys are looked up every half second',
  plans: 'PostgreSQL plans and counts for each shard by itself',
} as const;

/** Whether a test can check this; if not, prints the reason. */
export function canAsk(what: keyof typeof LEFT_OUT): boolean {
  if (citusUrl() === null) return true;
  process.stdout.write(`== NOT RUN among shards: ${what}: ${LEFT_OUT[what]}\n`);
  return false;
}
