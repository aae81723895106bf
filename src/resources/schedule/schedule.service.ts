/** Handing due schedules to the platform's dispatchers, each firing once. */
import type { Scope } from '../../db/scope';
import { lockDueSchedules } from '../../db/statements/schedules';
import type { Transaction } from '../../db/transaction';
import { badInput } from '../../errors';
import { Schedule } from './schedule.entity';
import { nextTime } from './timing';

const MAX_CLAIMED_SCHEDULES = 100;

/** A schedule that is due, with the time that it was due at. */
export interface Firing {
  readonly dueAt: string;
  readonly schedule: Schedule;
}

async function claim(transaction: Transaction, schedule: Schedule, now: Date): Promise<Firing> {
  const dueAt = schedule.nextRunAt ?? now.toISOString();
  const nextRunAt = nextTime(schedule.cron, schedule.timezone, now);
  return { dueAt, schedule: await transaction.update(Schedule, schedule, { nextRunAt, lastRunAt: now.toISOString() }) };
}

/**
 * Claims up to `limit` due schedules and moves each to its next time, in one transaction. A schedule that was due more
 * than once meanwhile is handed out once. What was claimed is not handed out again, even if its run never starts.
 * @throws GatewayError BAD_USER_INPUT
 */
export async function claimDue(scope: Scope, limit: number): Promise<Firing[]> {
  if (limit < 1 || limit > MAX_CLAIMED_SCHEDULES)
    throw badInput(['limit'], `limit must be 1 to ${MAX_CLAIMED_SCHEDULES}, not ${limit}.`);
  return scope.write(async (transaction) => {
    const due = await transaction.read(lockDueSchedules(limit));
    const schedules = await transaction.lockRows(
      Schedule,
      due.map(([id]) => String(id)),
      { lock: 'UPDATE' },
    );
    const now = new Date();
    const firings: Firing[] = [];
    for (const schedule of schedules) firings.push(await claim(transaction, schedule, now));
    return firings.sort((left, right) => left.dueAt.localeCompare(right.dueAt));
  });
}
