/** Hands due schedules to the platform's dispatchers: each firing is leased, and kept until acknowledged. */
import { isUuid } from '../../auth/caller';
import { newId } from '../../db/ids';
import type { Scope } from '../../db/scope';
import { lockRows } from '../../db/statements/change';
import {
  acknowledgeFirings,
  dropLostFirings,
  findDueSchedules,
  findLostFirings,
  FIRST_PLACE,
  leaseFiring,
  lockDueSchedules,
  renewLostFirings,
  type Place,
} from '../../db/statements/schedules';
import type { Transaction } from '../../db/transaction';
import { badInput } from '../../errors';
import { Schedule } from './schedule.entity';
import { nextTime } from './timing';

const MAX_CLAIMED_FIRINGS = 100;
const MIN_LEASE_SECONDS = 1;
const MAX_LEASE_SECONDS = 3_600;
const MINUTE_MS = 60_000;

/** One due time of a schedule, as handed to a dispatcher. */
export interface Firing {
  readonly id: string;
  readonly dueAt: string;
  readonly attempt: number;
  readonly leaseUntil: string;
  readonly schedule: Schedule;
}

interface Claim {
  readonly limit: number;
  readonly leaseSeconds: number;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Ids that were found, by account. */
function byAccount(found: readonly Place[]): [accountId: string, ids: string[]][] {
  const ids = new Map<string, string[]>();
  for (const [, id, accountId] of found)
    ids.set(textOf(accountId), [...(ids.get(textOf(accountId)) ?? []), textOf(id)]);
  return [...ids];
}

/**
 * Finds rows across accounts and locks them, page by page, until there are enough or no more. Those that another
 * dispatcher has locked meanwhile are passed by.
 */
async function take<T>(
  limit: number,
  find: (most: number, after: Place) => Promise<unknown[][]>,
  lock: (found: readonly unknown[][]) => Promise<T[]>,
): Promise<T[]> {
  const taken: T[] = [];
  let after = FIRST_PLACE;
  for (let isLast = false; !isLast && taken.length < limit;) {
    const most = limit - taken.length;
    const found = await find(most, after);
    if (found.length > 0) taken.push(...(await lock(found)));
    after = found.at(-1)?.slice(0, FIRST_PLACE.length) ?? after;
    isLast = found.length < most;
  }
  return taken;
}

async function schedulesOf(transaction: Transaction, firings: readonly unknown[][]): Promise<Schedule[]> {
  const table = transaction.table(Schedule);
  const named = byAccount(firings.map(([accountId, , scheduleId]) => [null, scheduleId, accountId]));
  return transaction.rowsOf(
    Schedule,
    named.map(([accountId, ids]) => lockRows(table, accountId, [...new Set(ids)], { lock: 'SHARE', deleted: false })),
  );
}

/** Leases the firings again that are to be returned again, and removes the others. */
async function renew(transaction: Transaction, found: readonly unknown[][], leaseSeconds: number): Promise<Firing[]> {
  const over = byAccount(found.filter(([, , , isOver]) => isOver === true));
  const lost = byAccount(found.filter(([, , , isOver]) => isOver !== true));
  const answers = await transaction.run([
    ...over.map(([accountId, ids]) => dropLostFirings(accountId, ids)),
    ...lost.map(([accountId, ids]) => renewLostFirings(accountId, ids, leaseSeconds)),
  ]);
  const firings = answers.slice(over.length).flat();
  const schedules = await schedulesOf(transaction, firings);
  return firings.flatMap(([accountId, id, scheduleId, dueAt, attempt, leaseUntil]) => {
    const schedule = schedules.find((row) => row.accountId === accountId && row.id === scheduleId);
    if (!schedule) return [];
    return [
      { id: textOf(id), dueAt: textOf(dueAt), attempt: Number(attempt), leaseUntil: textOf(leaseUntil), schedule },
    ];
  });
}

/** Firings whose lease expired at their dispatcher. */
const claimLost = (transaction: Transaction, { limit, leaseSeconds }: Claim): Promise<Firing[]> =>
  take(
    limit,
    (most, after) => transaction.read(findLostFirings(most, after)),
    (found) => renew(transaction, found, leaseSeconds),
  );

/**
 * The times at which a schedule fires now, oldest first, and when it is due next. Without catch-up it fires once, for
 * the first missed time; with it, for each time within the window, skipping older ones.
 */
export function dueTimes(
  schedule: Pick<Schedule, 'cron' | 'timezone' | 'nextRunAt' | 'catchUpMinutes'>,
  now: Date,
  limit: number,
): { readonly times: string[]; readonly nextRunAt: string | null } {
  const { cron, timezone, catchUpMinutes } = schedule;
  const first = schedule.nextRunAt ?? now.toISOString();
  if (catchUpMinutes === 0) return { times: [first], nextRunAt: nextTime(cron, timezone, now) };
  const from = new Date(now.getTime() - catchUpMinutes * MINUTE_MS);
  const times: string[] = [];
  let next: string | null = Date.parse(first) >= from.getTime() ? first : nextTime(cron, timezone, from);
  while (next !== null && Date.parse(next) <= now.getTime() && times.length < limit) {
    times.push(next);
    next = nextTime(cron, timezone, new Date(next));
  }
  return { times, nextRunAt: next };
}

async function claimTimes(transaction: Transaction, schedule: Schedule, now: Date, claim: Claim): Promise<Firing[]> {
  const { times, nextRunAt } = dueTimes(schedule, now, claim.limit);
  const patch = times.length === 0 ? { nextRunAt } : { nextRunAt, lastRunAt: now.toISOString() };
  const advanced = await transaction.update(Schedule, schedule, patch);
  const leases = times.map((dueAt) => ({ id: newId(), dueAt }));
  const answers = await transaction.run(
    leases.map(({ id, dueAt }) => leaseFiring(schedule.accountId, id, schedule.id, dueAt, claim.leaseSeconds)),
  );
  return leases.flatMap(({ id, dueAt }, index) => {
    const [[leaseUntil] = []] = answers[index] ?? [];
    return leaseUntil === undefined
      ? []
      : [{ id, dueAt, attempt: 1, leaseUntil: textOf(leaseUntil), schedule: advanced }];
  });
}

/** Due schedules, locked, longest due first. */
const lockDue = (transaction: Transaction, limit: number): Promise<Schedule[]> =>
  take(
    limit,
    (most, after) => transaction.read(findDueSchedules(most, after)),
    async (found) => {
      const table = transaction.table(Schedule);
      const locks = byAccount(found).map(([accountId, ids]) => lockDueSchedules(table, accountId, ids));
      const locked = await transaction.rowsOf(Schedule, locks);
      return found.flatMap(([, id, accountId]) =>
        locked.filter((schedule) => schedule.id === id && schedule.accountId === accountId),
      );
    },
  );

async function claimNew(transaction: Transaction, { limit, leaseSeconds }: Claim): Promise<Firing[]> {
  const schedules = await lockDue(transaction, limit);
  if (schedules.length === 0) return [];
  // The same clock decides what is due. With another clock that is behind, the same time would be next once more.
  const now = await transaction.beganAt();
  const firings: Firing[] = [];
  for (const schedule of schedules) {
    const left = limit - firings.length;
    if (left === 0) break;
    firings.push(...(await claimTimes(transaction, schedule, now, { limit: left, leaseSeconds })));
  }
  return firings;
}

/**
 * Leases up to `limit` firings: those lost by a dispatcher, then those due, whose schedules advance. All in one
 * transaction; concurrent dispatchers get others.
 * @throws GatewayError BAD_USER_INPUT
 */
export async function claimDue(scope: Scope, claim: Claim): Promise<Firing[]> {
  const { limit, leaseSeconds } = claim;
  if (limit < 1 || limit > MAX_CLAIMED_FIRINGS)
    throw badInput(['limit'], `limit must be 1 to ${MAX_CLAIMED_FIRINGS}, not ${limit}.`);
  if (leaseSeconds < MIN_LEASE_SECONDS || leaseSeconds > MAX_LEASE_SECONDS)
    throw badInput(
      ['leaseSeconds'],
      `leaseSeconds must be ${MIN_LEASE_SECONDS} to ${MAX_LEASE_SECONDS}, not ${leaseSeconds}.`,
    );
  return scope.write(async (transaction) => {
    const lost = await claimLost(transaction, claim);
    const firings = [...lost, ...(await claimNew(transaction, { limit: limit - lost.length, leaseSeconds }))];
    return firings.sort((left, right) => left.dueAt.localeCompare(right.dueAt));
  });
}

/** @returns the ids of those that were still leased. @throws GatewayError BAD_USER_INPUT */
export async function acknowledge(scope: Scope, ids: readonly string[]): Promise<string[]> {
  if (ids.length < 1 || ids.length > MAX_CLAIMED_FIRINGS)
    throw badInput(['ids'], `ids must name 1 to ${MAX_CLAIMED_FIRINGS} firings, not ${ids.length}.`);
  return scope.write(async (transaction) => {
    const ended = await transaction.read(acknowledgeFirings(ids.filter(isUuid)));
    for (const [accountId] of ended) scope.recordAccess(textOf(accountId));
    return ended.map(([, id]) => textOf(id));
  });
}
