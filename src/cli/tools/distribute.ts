/** Implements distribute: shows what Citus would divide, asks, and does it as the owner of the database. */
import { distribute as distributeTables } from '../../db/setup/distribute';
import { planDistribution, type DistributionPlan } from '../../db/setup/plan-distribution';
import { messageOf } from '../../util/message-of';
import { CommandFailure, nothingChanged } from '../failures';
import { confirm } from '../input/prompt';
import { data, note, table } from '../output/print';
import { withDatabase } from './database';

interface Options {
  readonly shards?: number;
  readonly plan?: boolean;
  readonly yes?: boolean;
}

const STEPS = {
  distributed: 'distributed already',
  distribute: 'distribute by account',
  keep: 'stays on the coordinator',
} as const;

const MEGABYTE = 1_048_576;

async function show({ tables, shards, dropped }: DistributionPlan): Promise<void> {
  const cells = tables.map(({ name, step, bytes }) => [name, STEPS[step], (bytes / MEGABYTE).toFixed(1)]);
  await data(table(['TABLE', 'STEP', 'MB'], cells));
  note(`${shards} shards. Every row of a distributed table is copied; the disk needs space for both copies meanwhile.`);
  if (dropped.length > 0) note(`Constraints that are dropped: ${dropped.join(', ')} (docs/scale.md).`);
}

async function planAndDistribute({ shards: wanted, plan: showOnly, yes }: Options): Promise<void> {
  const shards = wanted ?? null;
  await withDatabase(async ({ ownerUrl }) => {
    const plan = await planDistribution(ownerUrl, shards);
    if (plan.tables.length > 0) await show(plan);
    if (plan.refusals.length > 0)
      throw new CommandFailure(
        `It cannot be done. Nothing was changed.\n${plan.refusals.map((each) => `  - ${each}`).join('\n')}`,
      );
    if (showOnly === true) return;
    if (!(await confirm(`Distribute the database ${plan.database}?`, yes))) throw nothingChanged();
    await distributeTables(ownerUrl, shards, (step) => note(step));
    note('Done: every shard has the same protection as its table. Start the gateway.');
  });
}

/** Explains every failure. */
export async function distribute(options: Options): Promise<void> {
  try {
    await planAndDistribute(options);
  } catch (error) {
    throw error instanceof CommandFailure ? error : new CommandFailure(messageOf(error));
  }
}
