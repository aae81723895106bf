/** Answers in common words, so that servers are compared on the same data only. */
import { headersFor, send, type Server } from './servers';
import type { BenchAccount } from './dataset';
import type { Workload } from './workloads';

/** The names that PostGraphile derives from the tables, and what they are called here. */
const RENAMED: Readonly<Record<string, string>> = {
  allAgents: 'agents',
  agentByAccountIdAndRowId: 'agent',
  updateAgentByAccountIdAndRowId: 'updateAgent',
  rowId: 'id',
  agentToolsByAccountIdAndAgentId: 'tools',
  schedulesByAccountIdAndAgentId: 'schedules',
  runsByAccountIdAndAgentId: 'runs',
};
/** Objects that stand around what is meant. */
const WRAPPERS = new Set(['nodes', 'toolByAccountIdAndToolId', 'agent']);
const TIME = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The same data in the same words whoever answered: names, wrappers, times, orders without meaning. */
function inCommonWords(value: unknown): unknown {
  if (typeof value === 'string' && TIME.test(value)) return new Date(value).toISOString();
  if (Array.isArray(value)) {
    return value.map(inCommonWords).sort((left, right) => JSON.stringify(left).localeCompare(JSON.stringify(right)));
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && WRAPPERS.has(RENAMED[only[0]] ?? only[0])) return inCommonWords(only[1]);
  return Object.fromEntries(
    entries
      .map(([name, each]): [string, unknown] => [RENAMED[name] ?? name, inCommonWords(each)])
      .sort(([left], [right]) => left.localeCompare(right)),
  );
}

const CHECKED_ACCOUNTS = 5;

/** @throws Error when two servers do not say the same. */
export async function compareAnswers(
  servers: readonly Server[],
  work: Workload,
  accounts: readonly BenchAccount[],
): Promise<void> {
  for (const account of accounts.slice(0, CHECKED_ACCOUNTS)) {
    const random = Math.random();
    const answers = await Promise.all(
      servers.map(async (server) => {
        const answer = await send(
          server.port,
          headersFor(server, work, account),
          work.ask(server.name, account, random),
        );
        return JSON.stringify(inCommonWords(answer));
      }),
    );
    const different = servers.findIndex((_server, index) => answers[index] !== answers[0]);
    if (different < 0) continue;
    const names = [servers[0], servers[different]].map((server) => server?.name ?? '').join(' and ');
    throw new Error([`${work.name}: ${names} differ:`, answers[0], answers[different]].join('\n'));
  }
}
