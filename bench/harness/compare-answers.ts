/** Translates answers to common names and compares them, so that only servers with the same data are measured. */
import { headersFor, send, type Server } from './servers';
import type { BenchAccount } from '../dataset/dataset';
import type { Workload } from '../workloads';

/** PostGraphile's names, and the gateway's names for the same things. */
const RENAMED: Readonly<Record<string, string>> = {
  allAgents: 'agents',
  agentByAccountIdAndRowId: 'agent',
  updateAgentByAccountIdAndRowId: 'updateAgent',
  rowId: 'id',
  agentToolsByAccountIdAndAgentId: 'tools',
  schedulesByAccountIdAndAgentId: 'schedules',
  runsByAccountIdAndAgentId: 'runs',
};
/** Objects that only wrap the data. */
const WRAPPERS = new Set(['nodes', 'toolByAccountIdAndToolId', 'agent']);
const TIME = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The data in common names, without wrappers and without orders that have no meaning. */
function normalized(value: unknown): unknown {
  if (typeof value === 'string' && TIME.test(value)) return new Date(value).toISOString();
  if (Array.isArray(value)) {
    return value.map(normalized).sort((left, right) => JSON.stringify(left).localeCompare(JSON.stringify(right)));
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && WRAPPERS.has(RENAMED[only[0]] ?? only[0])) return normalized(only[1]);
  return Object.fromEntries(
    entries
      .map(([name, property]): [string, unknown] => [RENAMED[name] ?? name, normalized(property)])
      .sort(([left], [right]) => left.localeCompare(right)),
  );
}

const CHECKED_ACCOUNTS = 5;

/** @throws Error if two servers return different data. */
export async function compareAnswers(
  servers: readonly Server[],
  workload: Workload,
  accounts: readonly BenchAccount[],
): Promise<void> {
  for (const account of accounts.slice(0, CHECKED_ACCOUNTS)) {
    const random = Math.random();
    const answers = await Promise.all(
      servers.map(async (server) => {
        const answer = await send(
          server.port,
          headersFor(server, workload, account),
          workload.requestFor(server.name, account, random),
        );
        return JSON.stringify(normalized(answer));
      }),
    );
    const different = servers.findIndex((_server, index) => answers[index] !== answers[0]);
    if (different < 0) continue;
    const names = [servers[0], servers[different]].map((server) => server?.name ?? '').join(' and ');
    throw new Error([`${workload.name}: ${names} differ:`, answers[0], answers[different]].join('\n'));
  }
}
