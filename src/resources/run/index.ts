/** Registers runs. */
import { defineResource } from '../../graph/define-resource';
import { choice, COMMON_FILTERS, id, time } from '../../graph/queries/filter';
import { Agent } from '../agent/agent.entity';
import { Schedule } from '../schedule/schedule.entity';
import { Run, RunStatus, RunTrigger } from './run.entity';
import { RunStreamResolver } from './run-stream.resolver';
import { RunTransition } from './run-transition.entity';
import { RunResolver } from './run.resolver';

export const runs = defineResource({
  names: { type: 'Run', singular: 'run', plural: 'runs' },
  entity: Run,
  filter: {
    agentId: id,
    scheduleId: id,
    apiKeyId: id,
    trigger: choice('RunTrigger', RunTrigger),
    status: choice('RunStatus', RunStatus),
    startedAt: time,
    finishedAt: time,
  },
  order: ['startedAt'],
  // The one order that every index of runs serves: at millions of runs each index is costly.
  common: { filter: COMMON_FILTERS, order: {} },
  belongsTo: [
    { column: 'agentId', target: () => Agent, onDelete: 'keep' },
    { column: 'scheduleId', target: () => Schedule, onDelete: 'keep' },
  ],
  retentionColumn: 'startedAt',
  resolvers: [RunResolver, RunStreamResolver],
  tables: [RunTransition],
});
