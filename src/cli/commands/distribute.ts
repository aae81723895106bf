/** distribute: divides the tables among Citus' shards. */
import { createRequire } from 'node:module';
import { InvalidArgumentError, Option } from 'commander';
import { localCommand, withYes } from './command';

interface Options {
  readonly shards?: number;
  readonly plan?: boolean;
  readonly yes?: boolean;
}

const MAX_SHARDS = 1_024;

function powerOfTwo(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MAX_SHARDS && Number.isInteger(Math.log2(number))) return number;
  throw new InvalidArgumentError(`It must be a power of two from 1 to ${MAX_SHARDS}.`);
}

const load = createRequire(__filename);

/** It needs the server's libraries, which other commands should not wait for. */
const tool = () => load('../tools/distribute') as typeof import('../tools/distribute');

export const distributeCommand = withYes(
  localCommand(
    'distribute',
    'Experimental: distribute the tables among Citus shards by account, with or without data; see docs/scale.md. Shows a plan and asks for confirmation. Stop every gateway first and make a backup: the only way back is to restore it. If interrupted, run it again. Run it on the machine of the gateway, with its settings (DATABASE_URL, DATA_DIR).',
    ['distribute --plan', 'distribute --shards 64 --yes'],
  ),
)
  .addOption(
    new Option(
      '--shards <number>',
      `number of shards, a power of two up to ${MAX_SHARDS}; otherwise one for each server, two at least`,
    ).argParser(powerOfTwo),
  )
  .option('--plan', 'show the plan and change nothing')
  .action((options: Options) => tool().distribute(options));
