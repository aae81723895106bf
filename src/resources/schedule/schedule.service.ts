/** Handing due schedules to the platform's dispatchers, each firing once. */
import type { Scope } from '../../db/scope';
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

/** What another dispatcher holds is skipped: it will be advanced there. */
const DUE = `
  SELECT s.id
    FROM schedule s
    JOIN agent a ON a.account_id = s.account_id AND a.id = s.agent_id AND a.deleted_at IS NULL
    JOIN account o ON o.id = s.account_id AND o.status = 'ACTIVE'
   WHERE s.enabled AND s.deleted_at IS NULL AND s.next_run_at <= now()
   ORDER BY s.next_run_at, s.id
   LIMIT $1
   FOR NO KEY UPDATE OF s SKIP LOCKED`;

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
    const due = await transaction.read({ text: DUE }, [limit]);
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
