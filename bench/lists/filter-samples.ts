/** Values for filters of explained lists: some that many rows have, some that few have and some that none has. */
import { newId } from '../../src/db/ids';
import type { ListArguments } from './explain-lists';

const UNKNOWN_ID = newId();

const RANGE = { after: '2026-01-20T00:00:00Z', before: '2026-01-21T00:00:00Z' };

/** @param agentId an agent with runs. @param resourceId a tool with events. */
export const filterSamples = (agentId: string, resourceId: string): ListArguments => ({
  samples: {
    deleted: ['ONLY'],
    id: [{ equals: agentId }, { in: [agentId, UNKNOWN_ID] }],
    name: [{ equals: 'agent 7' }, { in: ['agent 7', 'tool 7'] }, { startsWith: 'AGENT 12' }, { contains: 'nothing' }],
    slug: [{ equals: 'bench-7' }, { contains: 'nothing' }],
    metadata: [
      [{ path: ['owner', 'team'], equals: 'team 3' }],
      [{ path: ['owner', 'email'], equals: 'nobody@example.org' }],
      [{ path: ['owner', 'email'], equals: 'team@example.org' }],
      [{ path: ['cost', 'centre'], equals: 7 }],
    ],
    agentId: [{ equals: agentId }, { equals: UNKNOWN_ID }, { in: [agentId, UNKNOWN_ID] }],
    scheduleId: [{ equals: agentId }],
    resourceId: [{ equals: resourceId }, { equals: UNKNOWN_ID }],
    actorId: [{ equals: agentId }, { equals: 'key 3' }],
    requestId: [{ equals: 'request 77' }, { equals: UNKNOWN_ID }],
    RunStatusFilter: ['SUCCESS', 'FAILED', 'STARTED'].map((equals) => ({ equals })),
    RunTriggerFilter: [{ equals: 'MANUAL' }, { equals: 'SCHEDULE' }],
    AuditActionFilter: [{ equals: 'UPDATE' }, { equals: 'PURGE' }],
    AuditActorKindFilter: [{ equals: 'ACCOUNT' }, { equals: 'DATABASE' }],
    AgentTypeFilter: [{ equals: 'CONFIG' }, { equals: 'A2A' }],
    ToolTypeFilter: [{ equals: 'CUSTOM' }, { equals: 'NATIVE' }],
    FrameworkFilter: [{ equals: 'LANGFLOW' }],
    McpTransportFilter: [{ equals: 'SSE' }],
    ApiKeyKindFilter: [{ equals: 'PRIMARY' }],
    AccountStatusFilter: [{ equals: 'CLOSED' }],
    TimeFilter: [RANGE],
    IdFilter: [{ equals: UNKNOWN_ID }],
    StringFilter: [{ equals: 'nothing' }],
    BooleanFilter: [{ equals: false }],
    IncludesFilter: [{ includes: 'nothing' }],
    runs: [
      { agentId: { equals: agentId }, startedAt: RANGE },
      { status: { equals: 'STARTED' }, agentId: { equals: agentId } },
      { metadata: [{ path: ['owner', 'team'], equals: 'team 3' }], trigger: { equals: 'MANUAL' } },
    ],
    tools: [{ metadata: [{ path: ['owner', 'team'], equals: 'team 3' }], type: { equals: 'NATIVE' } }],
  },
  required: { history: { id: resourceId, resourceType: 'Tool' } },
});
