/** Registers schedules. */
import { defineResource } from '../../graph/define-resource';
import { boolean, id, text, time } from '../../graph/queries/filter';
import { Agent } from '../agent/agent.entity';
import { Schedule } from './schedule.entity';
import { CreateScheduleInput, computeNextRun, scheduleRowSchema, UpdateScheduleInput } from './schedule.inputs';
import { ScheduleResolver } from './schedule.resolver';

export const schedules = defineResource({
  names: { type: 'Schedule', singular: 'schedule', plural: 'schedules' },
  entity: Schedule,
  filter: { agentId: id, enabled: boolean, timezone: text, nextRunAt: time, lastRunAt: time },
  order: [],
  belongsTo: [{ column: 'agentId', target: () => Agent, onDelete: 'cascade' }],
  mutations: {
    createInput: CreateScheduleInput,
    updateInput: UpdateScheduleInput,
    rowSchema: scheduleRowSchema,
    computed: computeNextRun,
    identity: ['agentId', 'cron', 'timezone'],
  },
  resolvers: [ScheduleResolver],
});
