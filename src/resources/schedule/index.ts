/** Schedules, as the registry knows them. */
import { defineResource } from '../../graph/define-resource';
import { boolean, id, text, time } from '../../graph/queries/filter';
import { Agent } from '../agent/agent.entity';
import { Schedule } from './schedule.entity';
import { CreateScheduleInput, deriveNextRun, scheduleDraft, UpdateScheduleInput } from './schedule.inputs';
import { ScheduleResolver } from './schedule.resolver';

export const schedules = defineResource({
  names: { type: 'Schedule', one: 'schedule', many: 'schedules' },
  entity: Schedule,
  filter: { agentId: id, enabled: boolean, timezone: text, nextRunAt: time, lastRunAt: time },
  order: [],
  parents: [{ column: 'agentId', target: () => Agent, onDelete: 'cascade' }],
  writing: {
    createInput: CreateScheduleInput,
    updateInput: UpdateScheduleInput,
    draft: scheduleDraft,
    derive: deriveNextRun,
    identity: ['agentId', 'cron', 'timezone'],
  },
  resolvers: [ScheduleResolver],
});
