/** Starts and ends runs; their status only moves forward. */
import { z } from 'zod';
import { isUuid } from '../../auth/caller';
import { newId } from '../../db/ids';
import type { Scope } from '../../db/scope';
import { DatabaseTime } from '../../db/transaction';
import { badInput, GatewayError, notFound } from '../../errors';
import { refuseExposedSecrets, refuseOwnKeys } from '../../graph/exposed-secrets';
import { validate, jsonObject, text } from '../../graph/mutations/row-schema';
import { lockReference } from '../../graph/mutations/references';
import { Agent } from '../agent/agent.entity';
import { Schedule } from '../schedule/schedule.entity';
import { Run, type RunOutcome } from './run.entity';

const started = z.object({ input: jsonObject(64 * 1024, 16).nullish() });
const ended = z.object({ output: jsonObject(128 * 1024, 16).nullish(), error: text(10_000).nullish() });

interface RunStart {
  readonly agentId: string;
  readonly scheduleId: string | null;
  readonly input: unknown;
}

/** @throws GatewayError BAD_USER_INPUT when agent or schedule are missing or do not belong together. */
export async function startRun(scope: Scope, { agentId, scheduleId, input }: RunStart): Promise<Run> {
  const accountId = scope.requireAccount();
  const draft = validate(started, { input }, []);
  refuseExposedSecrets({ input }, []);
  return scope.write(async (transaction) => {
    const agent = await lockReference(transaction, Agent, agentId, ['agentId']);
    const schedule =
      scheduleId === null ? null : await lockReference(transaction, Schedule, scheduleId, ['scheduleId']);
    if (schedule && schedule.agentId !== agent.id) {
      throw badInput(['scheduleId'], 'scheduleId is a schedule of another agent.');
    }
    return transaction.insert(
      Run,
      {
        id: newId(),
        accountId,
        agentId: agent.id,
        scheduleId: schedule?.id ?? null,
        trigger: schedule ? 'SCHEDULE' : 'MANUAL',
        status: 'STARTED',
        input: draft.input ?? null,
        startedAt: DatabaseTime.TRANSACTION,
        apiKeyId: scope.caller.account ? scope.caller.keyId : null,
      },
      true,
    );
  });
}

interface RunEnd {
  readonly status: RunOutcome | 'CANCELLED';
  readonly output?: unknown;
  readonly error?: unknown;
}

/**
 * Ends a run in progress.
 * @throws GatewayError NOT_FOUND; CONFLICT if it has already ended.
 */
export async function endRun(scope: Scope, id: string, { status, ...results }: RunEnd): Promise<Run> {
  if (!isUuid(id)) throw notFound();
  const draft = validate(ended, results, []);
  refuseOwnKeys({ ...draft }, []);
  return scope.write(async (transaction) => {
    const run = await transaction.lockRow(Run, id);
    if (run.status !== 'STARTED') {
      throw new GatewayError(
        'CONFLICT',
        `The run is already ${run.status}, and a run ends only once. Start another run instead.`,
      );
    }
    const { output = null, error = null } = draft;
    const ending = { status, output, error, finishedAt: DatabaseTime.TRANSACTION };
    return transaction.update(Run, run, ending, true);
  });
}
